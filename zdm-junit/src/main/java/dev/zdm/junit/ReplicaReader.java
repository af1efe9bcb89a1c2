package dev.zdm.junit;

import dev.zdm.plan.Replica;
import dev.zdm.plan.ReplicaPace;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.platform.commons.support.AnnotationSupport;

/** Reads what replica a rehearsal has. */
final class ReplicaReader {
    private static final long MEGABYTE = 1L << 20;

    private ReplicaReader() {}

    /** Returns the replica that the class asks for; null: none. */
    static @Nullable Replica read(Class<?> testClass) {
        WithReplica annotation =
                AnnotationSupport.findAnnotation(testClass, WithReplica.class).orElse(null);
        if (annotation == null) {
            return null;
        }
        requireSome(testClass, "lagMillis", annotation.lagMillis());
        requireSome(testClass, "transactionMillis", annotation.transactionMillis());
        requireSome(testClass, "transactionMegabytes", annotation.transactionMegabytes());
        requireSome(testClass, "megabytesPerSecond", annotation.megabytesPerSecond());
        ReplicaPace pace = new ReplicaPace(
                Duration.ofMillis(annotation.transactionMillis()),
                annotation.transactionMegabytes() * MEGABYTE,
                annotation.megabytesPerSecond() * MEGABYTE);
        Replica replica = Replica.DEFAULT
                .withLag(Duration.ofMillis(annotation.lagMillis()))
                .withPace(pace);
        for (Map.Entry<String, String> setting : NameValues.read(WithReplica.class, testClass, annotation.settings())
                .entrySet()) {
            replica = replica.withSetting(setting.getKey(), setting.getValue());
        }
        return annotation.longReader() ? replica.withLongReader() : replica;
    }

    private static void requireSome(Class<?> testClass, String attribute, long value) {
        if (value < 1) {
            throw Misuse.of(
                    WithReplica.class, testClass, attribute + " to be at least 1", Misuse.attribute(attribute, value));
        }
    }
}
