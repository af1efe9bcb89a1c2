package dev.zdm.jmh;

import dev.zdm.database.EmbeddedServer;
import dev.zdm.database.EmbeddedSettings;
import dev.zdm.database.Standby;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How much longer does it take until a hot standby streams than until its primary is ready?
 *
 * <pre>{@code
 * java -cp jmh/target/benchmarks.jar dev.zdm.jmh.StandbyStart [runs]
 * }</pre>
 */
public final class StandbyStart {
    private StandbyStart() {}

    /** Runs the benchmark. */
    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT);
        int runs = args.length > 0 ? Integer.parseInt(args[0]) : 10;
        EmbeddedServer.start(EmbeddedSettings.defaults()).close();
        long[] millis = new long[runs];
        for (int i = 0; i < runs; i++) {
            long began = System.nanoTime();
            try (EmbeddedServer server = EmbeddedServer.start(EmbeddedSettings.defaults())) {
                long ready = System.nanoTime();
                try (Standby standby = server.standby(Map.of())) {
                    standby.awaitReplay(Duration.ofSeconds(60));
                    long streaming = System.nanoTime();
                    millis[i] = TimeUnit.NANOSECONDS.toMillis(streaming - ready);
                    System.out.printf(
                            "primary %d ms, standby %d ms more%n",
                            TimeUnit.NANOSECONDS.toMillis(ready - began), millis[i]);
                }
            }
        }
        Arrays.sort(millis);
        System.out.printf(
                "of %d standbys the median took %d ms, from %d to %d ms%n",
                runs, millis[runs / 2], millis[0], millis[runs - 1]);
    }
}
