package dev.zdm.junit;

import dev.zdm.plan.Replica;
import java.time.Duration;
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
        for (String setting : annotation.settings()) {
            int equals = setting.indexOf('=');
            if (equals < 1) {
                throw Misuse.of(
                        WithReplica.class,
                        testClass,
                        "settings of the form name=value",
                        Misuse.attribute("settings", annotation.settings()));
            }
            replica = replica.withSetting(
                    setting.substring(0, equals).strip(),
                    setting.substring(equals + 1).strip());
        }
        return annotation.longReader() ? replica.withLongReader() : replica;
    }
}
