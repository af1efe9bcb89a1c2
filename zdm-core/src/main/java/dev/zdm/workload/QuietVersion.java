package dev.zdm.workload;

import dev.zdm.observation.Compatibility.Failure;
import dev.zdm.observation.Compatibility.Runs;
import dev.zdm.observation.OperationName;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.PlanException;
import dev.zdm.plan.VersionRole;
import dev.zdm.postgres.SqlState;
import dev.zdm.service.ServiceException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A version whose operations are run one after the other without a load, with keys that lie evenly over the table and are
 * the same ones each time. For use by one thread.
 */
public final class QuietVersion implements AutoCloseable {
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ApplicationVersion version;
    private final VersionRole role;
    private final SpreadKeys draw = new SpreadKeys();
    private @Nullable BoundVersion bound;
    private @Nullable Worker worker;
    private @Nullable RuntimeException refusal;

    /**
     * Binds a version to its source of connections; one that refuses is one whose operations fail.
     *
     * @param book what is written on this database through any version
     */
    public QuietVersion(ApplicationVersion version, VersionRole role, DataSource database, LedgerBook book) {
        this.version = version;
        this.role = role;
        try {
            BoundVersion ready = Workloads.bind(version, database);
            book.join(role, ready.facts(), QuietRun.QUIET);
            bound = ready;
            worker = Worker.of(0, role, ready.facts().facts(), draw, book);
        } catch (PlanException | ServiceException e) {
            refusal = e;
        }
    }

    /**
     * Returns the book of a quiet database.
     *
     * @param highestKey the highest key for {@link Keys}
     */
    public static LedgerBook book(long highestKey) {
        return LedgerBook.apart(highestKey);
    }

    /**
     * Runs every operation, and returns what they did.
     *
     * @param times how often each runs, at least 1; a slow one runs for a second, but once at least
     */
    public Map<OperationName, Runs> run(int times) {
        Map<OperationName, Runs> all = new LinkedHashMap<>();
        BoundVersion ready = bound;
        Worker free = worker;
        if (ready == null || free == null) {
            Workloads.names(version).forEach(name -> all.put(new OperationName(role, name), refused()));
            return all;
        }
        for (BoundOperation operation : ready.operations()) {
            OperationName name = new OperationName(role, operation.name());
            all.put(name, run(operation, name, free, times));
        }
        return all;
    }

    /** Closes what the version has opened. Does not throw. */
    @Override
    public void close() {
        if (bound != null) {
            bound.close();
        }
    }

    private Runs run(BoundOperation operation, OperationName name, Worker free, int times) {
        Map<SqlState, Failure> failures = new LinkedHashMap<>();
        long deadline = System.nanoTime() + LONGEST_NANOS;
        int count = 0;
        draw.restart();
        while (count < times && (count == 0 || System.nanoTime() < deadline)) {
            count++;
            Optional.ofNullable(free.run(operation, name))
                    .map(QuietVersion::failure)
                    .ifPresent(failure -> failures.merge(failure.sqlState(), failure, QuietVersion::and));
        }
        return new Runs(count, failures.values().stream().toList());
    }

    private Runs refused() {
        return refusal == null ? Runs.NONE : new Runs(1, List.of(failure(refusal)));
    }

    private static Failure and(Failure first, Failure next) {
        return new Failure(first.sqlState(), first.message(), first.statement(), first.count() + next.count());
    }

    private static Failure failure(Throwable thrown) {
        String message = thrown.getMessage() == null ? thrown.toString() : thrown.getMessage();
        String statement = thrown instanceof StatementFailedException named ? named.statement() : null;
        return new Failure(SqlState.of(thrown), message, statement, 1);
    }
}
