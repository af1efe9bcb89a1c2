package dev.zdm.workload;

import dev.zdm.plan.ApplicationVersion;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import javax.sql.DataSource;

/** Runs every operation of a version a few times, one after the other, without a load. */
public final class QuietRun {
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
        List<BoundOperation> operations = Workloads.bind(version, database);
        Keys keys = new WorkerKeys(new SplittableRandom(1), highestKey, 0, 1);
        boolean succeeded = true;
        for (BoundOperation operation : operations) {
            begins.accept(operation.name());
            succeeded &= run(operation, keys, times);
        }
        return succeeded;
    }

    private static boolean run(BoundOperation operation, Keys keys, int times) {
        for (int i = 0; i < times; i++) {
            try {
                operation.run(keys);
            } catch (Exception e) {
                return false;
            }
        }
        return true;
    }
}
