package dev.zdm.workload;

import dev.zdm.observation.LedgerHistory;
import dev.zdm.observation.OperationName;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.PlanException;
import dev.zdm.plan.VersionRole;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** What the new version wrote on a quiet database, and who reads it there later. For use by one thread. */
public final class QuietWrites {
    private final LedgerBook book;
    private final Failures failures = new Failures();

    private QuietWrites(LedgerBook book) {
        this.book = book;
    }

    /**
     * Runs every operation of the new version some times; one that fails is left out from then on.
     *
     * @param highestKey the highest key for {@link Keys}
     * @param times how often each operation runs, 1 or more
     */
    public static QuietWrites of(ApplicationVersion version, DataSource database, long highestKey, int times)
            throws SQLException {
        Instant base = Instant.now();
        long baseNanos = System.nanoTime();
        LedgerBook book = new LedgerBook(1, highestKey, nanos -> base.plusNanos(nanos - baseNanos));
        QuietWrites writes = new QuietWrites(book);
        drawValues(book, version, database);
        try (BoundVersion bound = Workloads.bind(version, database)) {
            book.join(VersionRole.NEW, bound.facts(), writes.failures);
            Worker worker = Worker.of(0, VersionRole.NEW, bound.facts().facts(), new SplittableRandom(1), book);
            bound.operations().forEach(operation -> run(operation, worker, times));
        }
        writes.failures.first = null;
        book.take();
        return writes;
    }

    private static void run(BoundOperation operation, Worker worker, int times) {
        OperationName name = new OperationName(VersionRole.NEW, operation.name());
        Throwable failure = null;
        for (int i = 0; i < times && failure == null; i++) {
            failure = worker.run(operation, name);
        }
    }

    /** The change may not have brought the columns yet; without them values are plain. */
    private static void drawValues(LedgerBook book, ApplicationVersion version, DataSource database)
            throws SQLException {
        try (Connection connection = database.getConnection()) {
            book.drawFrom(version, connection);
        } catch (PlanException e) {
            return;
        }
    }

    /** Returns the keys that were written through the ledger. */
    public List<Long> keys() {
        return book.keys().sorted().boxed().toList();
    }

    /**
     * Reads everything written back.
     *
     * @param readers the versions that must be able to
     * @param facts opens what a version reads, and where; it is closed again
     */
    public LedgerHistory readBack(Set<VersionRole> readers, Function<VersionRole, Facts> facts)
            throws InterruptedException {
        Map<VersionRole, Facts> opened = new EnumMap<>(VersionRole.class);
        try {
            readers.forEach(version -> opened.put(version, facts.apply(version)));
            book.readBy(opened, failures);
            book.readBack(readers, true);
            return book.take();
        } finally {
            opened.values().forEach(Facts::close);
        }
    }

    /** Returns the first failure of {@link #readBack}, in words; null: there was none. */
    public @Nullable String failure() {
        return failures.first;
    }

    /** Returns what a version reads of every written key now, fact by fact; null: it could not. */
    public @Nullable List<@Nullable Object> read(Facts facts, List<Fact> which) {
        List<@Nullable Object> values = new ArrayList<>();
        for (long key : keys()) {
            for (Fact fact : which) {
                try {
                    values.add(MismatchReport.spelled(facts.read(fact, key)));
                } catch (Exception | LinkageError | AssertionError e) {
                    return null;
                }
            }
        }
        return values;
    }

    /** Keeps the first failure of a read-back. */
    private static final class Failures implements LoadListener {
        private volatile @Nullable String first;

        @Override
        public void sessionUsed(VersionRole version, @Nullable OperationName operation, int pid) {}

        @Override
        public void sessionReleased(int pid) {}

        @Override
        public void ended(Outcome outcome, @Nullable Throwable failure) {}

        @Override
        public void readBack(Outcome outcome, @Nullable Throwable failure) {
            if (failure != null && first == null) {
                first = outcome.operation() + " failed: " + failure.getMessage();
            }
        }

        @Override
        public boolean isWanted(OperationName operation, int worker) {
            return false;
        }
    }
}
