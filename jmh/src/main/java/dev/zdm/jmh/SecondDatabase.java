package dev.zdm.jmh;

import dev.zdm.database.Database;
import dev.zdm.database.EmbeddedServer;
import dev.zdm.database.EmbeddedSettings;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * How long does a test class wait for its database where an earlier one had the same baseline? That is a copy of a template.
 *
 * <pre>{@code
 * java -cp jmh/target/benchmarks.jar dev.zdm.jmh.SecondDatabase [runs] [megabytes of data]
 * }</pre>
 */
public final class SecondDatabase {
    /** A row with its head and its place in the index takes 1 kB: 8 rows to a page. */
    private static final int ROWS_IN_MEGABYTE = 1024;

    private SecondDatabase() {}

    /** Runs the benchmark. */
    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT);
        int runs = args.length > 0 ? Integer.parseInt(args[0]) : 20;
        int megabytes = args.length > 1 ? Integer.parseInt(args[1]) : 10;
        long began = System.nanoTime();
        try (EmbeddedServer server = EmbeddedServer.start(EmbeddedSettings.defaults())) {
            long ready = System.nanoTime();
            server.fresh(megabytes, empty -> build(empty, megabytes)).close();
            System.out.printf(
                    "server %d ms, first database with its template %d ms%n",
                    TimeUnit.NANOSECONDS.toMillis(ready - began),
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - ready));
            long[] millis = new long[runs];
            for (int i = 0; i < runs; i++) {
                millis[i] = another(server, megabytes);
            }
            Arrays.sort(millis);
            System.out.printf(
                    "of %d more databases with %d MB of data the median took %d ms, from %d to %d ms%n",
                    runs, megabytes, millis[runs / 2], millis[0], millis[runs - 1]);
        }
    }

    /** Its data are changed before it goes, as a rehearsal does, so that the server has something to write meanwhile. */
    private static long another(EmbeddedServer server, int megabytes) {
        long began = System.nanoTime();
        try (Database database = server.fresh(megabytes, empty -> {
            throw new IllegalStateException("the template is there already");
        })) {
            long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
            Sessions.run(database, "update item set name = upper(name)");
            return took;
        }
    }

    private static void build(Database empty, int megabytes) {
        Sessions.run(
                empty,
                "create table item (id bigint primary key, name text)",
                "insert into item select g, repeat('x', 960) from generate_series(1, " + megabytes * ROWS_IN_MEGABYTE
                        + ") g");
    }
}
