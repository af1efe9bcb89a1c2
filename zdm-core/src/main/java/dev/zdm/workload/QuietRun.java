package dev.zdm.workload;

import dev.zdm.observation.OperationName;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.VersionRole;
import dev.zdm.service.ServiceException;
import java.time.Instant;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Runs every operation of a version a few times, one after the other, without a load. */
public final class QuietRun {
    static final LoadListener QUIET = new LoadListener() {
        @Override
        public void sessionUsed(VersionRole version, @Nullable OperationName operation, int pid) {}

        @Override
        public void sessionReleased(int pid) {}

        @Override
        public void ended(Outcome outcome, @Nullable Throwable failure) {}

        @Override
        public boolean isWanted(OperationName operation, int worker) {
            return false;
        }
    };

    private QuietRun() {}

    /**
     * Runs the operations; failures are left to the rehearsal, which counts them.
     *
     * @param database where they run
     * @param highestKey the highest key for {@link Keys}
     * @param times how often each operation runs, 1 or more; one that fails is not repeated
     * @param begins learns the name of each operation before it runs
     * @return whether all of them succeeded
     */
    public static boolean run(
            ApplicationVersion version, DataSource database, long highestKey, int times, Consumer<String> begins) {
        try (BoundVersion bound = Workloads.bind(version, database)) {
            LedgerBook book = new LedgerBook(1, highestKey, nanos -> Instant.EPOCH);
            book.join(VersionRole.OLD, bound.facts(), QUIET);
            Worker worker = Worker.of(0, VersionRole.OLD, bound.facts().facts(), new SplittableRandom(1), book);
            boolean succeeded = true;
            for (BoundOperation operation : bound.operations()) {
                begins.accept(operation.name());
                succeeded &= run(operation, worker, times);
            }
            return succeeded;
        } catch (ServiceException e) {
            return false; // The load, or the compatibility of this schema, tells of it.
        }
    }

    private static boolean run(BoundOperation operation, Worker worker, int times) {
        OperationName name = new OperationName(VersionRole.OLD, operation.name());
        for (int i = 0; i < times; i++) {
            if (worker.run(operation, name) != null) {
                return false;
            }
        }
        return true;
    }
}
