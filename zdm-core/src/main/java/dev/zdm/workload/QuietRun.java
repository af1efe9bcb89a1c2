package dev.zdm.workload;

import dev.zdm.plan.ApplicationVersion;
import java.util.List;
import java.util.SplittableRandom;
import javax.sql.DataSource;

/** Runs every operation of a version a few times, one after the other, without a load. */
public final class QuietRun {
    private static final int TIMES = 3;

    private QuietRun() {}

    /**
     * Runs the operations; failures are left to the rehearsal, which counts them.
     *
     * @param database where they run
     * @param highestKey the highest key for {@link Keys}
     */
    public static void run(ApplicationVersion version, DataSource database, long highestKey) {
        List<BoundOperation> operations = Workloads.bind(version, database);
        Keys keys = new WorkerKeys(new SplittableRandom(1), highestKey, 0, 1);
        for (BoundOperation operation : operations) {
            for (int i = 0; i < TIMES; i++) {
                try {
                    operation.run(keys);
                } catch (Exception e) {
                    break;
                }
            }
        }
    }
}
