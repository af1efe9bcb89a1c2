package dev.zdm.junit;

import dev.zdm.plan.Replica;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.platform.commons.support.AnnotationSupport;

/** Reads what replica a rehearsal has. */
final class ReplicaReader {
    private ReplicaReader() {}

    /** Returns the replica that the class asks for; null: none. */
    static @Nullable Replica read(Class<?> testClass) {
        WithReplica annotation =
                AnnotationSupport.findAnnotation(testClass, WithReplica.class).orElse(null);
        if (annotation == null) {
            return null;
        }
        if (annotation.lagMillis() < 1) {
            throw Misuse.of(
                    WithReplica.class,
                    testClass,
                    "lagMillis to be at least 1",
                    Misuse.attribute("lagMillis", annotation.lagMillis()));
        }
        Replica replica = Replica.DEFAULT.withLag(Duration.ofMillis(annotation.lagMillis()));
        for (Map.Entry<String, String> setting : NameValues.read(WithReplica.class, testClass, annotation.settings())
                .entrySet()) {
            replica = replica.withSetting(setting.getKey(), setting.getValue());
        }
        return annotation.longReader() ? replica.withLongReader() : replica;
    }
}
