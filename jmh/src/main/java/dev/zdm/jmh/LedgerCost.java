package dev.zdm.jmh;

import dev.zdm.database.Database;
import dev.zdm.database.EmbeddedServer;
import dev.zdm.database.EmbeddedSettings;
import dev.zdm.observation.OperationName;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.VersionRole;
import dev.zdm.workload.Keys;
import dev.zdm.workload.Ledger;
import dev.zdm.workload.LoadListener;
import dev.zdm.workload.Operation;
import dev.zdm.workload.ReadBack;
import dev.zdm.workload.VersionLoad;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * What does the ledger cost? The same load at saturation, with its writes announced, read back and acknowledged and
 * without that, in turn. Of 16 operations 13 read and 3 write, as in the sample application.
 *
 * <pre>{@code
 * java -cp jmh/target/benchmarks.jar dev.zdm.jmh.LedgerCost [pairs]
 * }</pre>
 */
public final class LedgerCost {
    private static final int WORKERS = 4;
    private static final int ROWS = 100_000;
    private static final double AS_FAST_AS_THEY_CAN = 100_000;
    private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long RUN_NANOS = TimeUnit.SECONDS.toNanos(4);
    private static final AtomicLong NAMES = new AtomicLong();

    private LedgerCost() {}

    /** Runs the benchmark. */
    public static void main(String[] args) throws SQLException {
        Locale.setDefault(Locale.ROOT);
        int pairs = args.length > 0 ? Integer.parseInt(args[0]) : 8;
        try (EmbeddedServer server = EmbeddedServer.start(EmbeddedSettings.defaults());
                Database database = server.fresh("ledger-cost", LedgerCost::build)) {
            run(database, Without.class);
            double[] ratios = new double[pairs];
            for (int i = 0; i < pairs; i++) {
                boolean first = i % 2 == 0;
                double one = run(database, first ? With.class : Without.class);
                double other = run(database, first ? Without.class : With.class);
                double with = first ? one : other;
                double without = first ? other : one;
                ratios[i] = with / without;
                System.out.printf(
                        "with the ledger %.0f operations per second, without %.0f: %.2f%n", with, without, ratios[i]);
            }
            Arrays.sort(ratios);
            System.out.printf(
                    "of %d pairs the median is %.2f, from %.2f to %.2f%n",
                    pairs, (ratios[(pairs - 1) / 2] + ratios[pairs / 2]) / 2, ratios[0], ratios[pairs - 1]);
        }
    }

    private static void build(Database empty) {
        Sessions.run(
                empty,
                "create table item (id bigint primary key, name text) with (fillfactor = 50)",
                "insert into item select g, 'first' from generate_series(1, " + ROWS + ") g");
    }

    private static double run(Database database, Class<?> workload) {
        VersionLoad.Target target = new VersionLoad.Target(database.jdbcUrl(), database.credentials(), WORKERS, ROWS);
        Count count = new Count();
        try (VersionLoad load = new VersionLoad(VersionRole.OLD, ApplicationVersion.of(workload), target, count)) {
            load.spreadSessions();
            load.rate(AS_FAST_AS_THEY_CAN);
            LockSupport.parkNanos(WARM_UP_NANOS);
            long before = count.succeeded.get();
            long began = System.nanoTime();
            LockSupport.parkNanos(RUN_NANOS);
            return (count.succeeded.get() - before) * 1e9 / (System.nanoTime() - began);
        }
    }

    /** Finds items. */
    abstract static class Reader {
        final DataSource database;

        Reader(DataSource database) {
            this.database = database;
        }

        @Operation(weight = 13)
        void find(Keys keys) throws SQLException {
            ItemWriter.read(database, keys.any());
        }
    }

    /** Writes without telling anybody. */
    static final class Without extends Reader {
        Without(DataSource database) {
            super(database);
        }

        @Operation(weight = 3)
        void rename(Keys keys) throws SQLException {
            ItemWriter.write(database, keys.own(), "name" + NAMES.incrementAndGet());
        }
    }

    /** Writes through the ledger. */
    static final class With extends Reader {
        With(DataSource database) {
            super(database);
        }

        @ReadBack
        @Nullable
        String name(long key) throws SQLException {
            return ItemWriter.read(database, key);
        }

        @Operation(weight = 3)
        void rename(Keys keys, Ledger ledger) throws SQLException {
            long key = keys.own();
            String name = ledger.newValue(key);
            ItemWriter.write(database, key, name);
            ledger.acknowledge(key, name);
        }
    }

    /** Counts operations. */
    private static final class Count implements LoadListener {
        private final AtomicLong succeeded = new AtomicLong();

        @Override
        public void ended(Outcome outcome, @Nullable Throwable failure) {
            if (failure != null) {
                throw new IllegalStateException(failure);
            }
            succeeded.incrementAndGet();
        }

        @Override
        public void sessionUsed(VersionRole version, @Nullable OperationName operation, int pid) {}

        @Override
        public void sessionReleased(int pid) {}

        @Override
        public boolean isWanted(OperationName operation, int worker) {
            return false;
        }
    }
}
