package dev.zdm.junit;

import dev.zdm.database.PostgresServer;
import dev.zdm.database.ServerChoice;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.rehearsal.ProgressListener;
import dev.zdm.verdict.PhaseResult;
import dev.zdm.verdict.RehearsalResult;

/** What the extension needs of zdm's core; tests of the extension bring their own. */
interface Engine {
    /** Checks what can be checked without a database, and returns the plan with its phases. */
    RehearsalPlan resolve(RehearsalPlan plan);

    /** Starts a server. */
    PostgresServer start(ServerChoice choice);

    /** Prepares a rehearsal. */
    Run open(RehearsalPlan resolved, PostgresServer server, ProgressListener progress);

    /** A rehearsal that is under way. */
    interface Run extends AutoCloseable {
        /** Rehearses the next phase. */
        PhaseResult runNext();

        /** Returns the result of the phases so far. */
        RehearsalResult result();

        /** Returns who waits for whom now, in words; called by any thread while a phase is rehearsed. */
        String lockWaits();

        @Override
        void close();
    }
}
