package dev.zdm.junit;

import dev.zdm.database.EmbeddedServer;
import dev.zdm.database.EmbeddedSettings;
import dev.zdm.database.PostgresServer;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.rehearsal.ProgressListener;
import dev.zdm.rehearsal.Rehearsal;
import dev.zdm.verdict.PhaseResult;
import dev.zdm.verdict.RehearsalResult;

/** Rehearses with zdm's core on an embedded server. */
final class CoreEngine implements Engine {
    @Override
    public RehearsalPlan resolve(RehearsalPlan plan) {
        return Rehearsal.resolve(plan);
    }

    @Override
    public PostgresServer start(boolean durable) {
        EmbeddedSettings settings = EmbeddedSettings.defaults();
        return EmbeddedServer.start(durable ? settings : settings.withoutDurability());
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
