package dev.zdm.rehearsal;

import dev.zdm.crash.CrashTrials;
import dev.zdm.database.CrashableServer;
import dev.zdm.database.Database;
import dev.zdm.database.DatabaseException;
import dev.zdm.database.PostgresServer;
import dev.zdm.inspection.Inspection.Inspected;
import dev.zdm.observation.CrashHistory;
import dev.zdm.plan.Baseline;
import dev.zdm.plan.Change;
import dev.zdm.plan.Demand;
import dev.zdm.plan.RehearsalPlan;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The crash points of a rehearsal's changes, where the plan demands them: on a second server, which is started for the
 * first change; where zdm cannot start one, on the server of the rehearsal, which is not stopped. For use by one thread.
 */
final class CrashLab implements AutoCloseable {
    /** What a crash leaves does not go by the number of rows; how long the second run takes does. */
    private static final long MOST_ROWS = 30_000;

    private final RehearsalPlan plan;
    private final PostgresServer server;
    private @Nullable CrashableServer twin;
    private @Nullable CrashTrials trials;
    private @Nullable String broken;

    CrashLab(RehearsalPlan plan, PostgresServer server) {
        this.plan = plan;
        this.server = server;
    }

    /** Tries the crash points of a phase's change. */
    CrashHistory run(int phase, Inspected inspected, ProgressListener progress) throws InterruptedException {
        Change change = plan.phases().get(phase).change();
        if (!plan.demands().contains(Demand.RETRYABLE)
                || change instanceof Change.None
                || inspected.failure() != null) {
            return CrashHistory.NONE;
        }
        if (broken != null) {
            return CrashHistory.notTried(broken);
        }
        progress.phase(plan.phases().get(phase).name(), "crash points");
        try {
            CrashHistory history = trials().run(change, inspected.footprints());
            broken = history.trials().isEmpty() ? history.notTried() : null;
            return history;
        } catch (SQLException | DatabaseException e) {
            broken = String.valueOf(e.getMessage());
            return CrashHistory.notTried(broken);
        }
    }

    private CrashTrials trials() throws SQLException {
        CrashTrials known = trials;
        if (known != null) {
            return known;
        }
        if (server instanceof CrashableServer crashable) {
            twin = crashable.startTwin();
        }
        Baseline baseline = plan.baseline().withRows(Math.min(plan.baseline().rows(), MOST_ROWS));
        Database database = new BaselineBuilder(baseline).fresh(twin == null ? server : twin);
        CrashTrials made = new CrashTrials(twin, database, plan.tolerance().changeTime());
        trials = made;
        BaselineBuilder.seed(baseline, database);
        return made;
    }

    @Override
    public void close() {
        if (trials != null) {
            trials.close();
        }
        if (twin != null) {
            twin.close();
        }
    }
}
