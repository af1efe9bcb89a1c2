package dev.zdm.junit;

import dev.zdm.database.PostgresServer;
import dev.zdm.database.ServerChoice;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.rehearsal.ProgressListener;
import dev.zdm.rehearsal.Rehearsal;
import dev.zdm.verdict.PhaseResult;
import dev.zdm.verdict.RehearsalResult;

/** Rehearses with zdm's core. */
final class CoreEngine implements Engine {
    @Override
    public RehearsalPlan resolve(RehearsalPlan plan) {
        return Rehearsal.resolve(plan);
    }

    @Override
    public PostgresServer start(ServerChoice choice) {
        return choice.open();
    }

    @Override
    public Run open(RehearsalPlan resolved, PostgresServer server, ProgressListener progress) {
        return new CoreRun(Rehearsal.open(resolved, server, progress));
    }

    private record CoreRun(Rehearsal rehearsal) implements Run {
        @Override
        public PhaseResult runNext() {
            return rehearsal.runNext();
        }

        @Override
        public RehearsalResult result() {
            return rehearsal.result();
        }

        @Override
        public String lockWaits() {
            return rehearsal.lockWaits();
        }

        @Override
        public void close() {
            rehearsal.close();
        }
    }
}
