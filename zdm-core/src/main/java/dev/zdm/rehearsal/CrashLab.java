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
 * first change. For use by one thread.
 */
final class CrashLab implements AutoCloseable {
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
        if (!(server instanceof CrashableServer crashable)) {
            return CrashHistory.notTried("only a server that zdm has started can be stopped and started again");
        }
        if (broken != null) {
            return CrashHistory.notTried(broken);
        }
        progress.phase(plan.phases().get(phase).name(), "crash points");
        try {
            CrashHistory history = trials(crashable).run(change, inspected.footprints());
            broken = history.trials().isEmpty() ? history.notTried() : null;
            return history;
        } catch (SQLException | DatabaseException e) {
            broken = String.valueOf(e.getMessage());
            return CrashHistory.notTried(broken);
        }
    }

    private CrashTrials trials(CrashableServer crashable) throws SQLException {
        CrashTrials known = trials;
        if (known != null) {
            return known;
        }
        CrashableServer second = crashable.startTwin();
        twin = second;
        Baseline baseline = plan.baseline();
        Database database = second.fresh(baseline.withAdversarialRows(0), new BaselineBuilder(baseline));
        BaselineBuilder.seed(baseline, database);
        CrashTrials made = new CrashTrials(second, database, plan.tolerance().changeTime());
        trials = made;
        return made;
    }

    @Override
    public void close() {
        if (twin != null) {
            twin.close();
        }
    }
}
