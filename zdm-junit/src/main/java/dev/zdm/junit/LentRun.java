package dev.zdm.junit;

import dev.zdm.database.PostgresServer;
import dev.zdm.verdict.PhaseResult;
import dev.zdm.verdict.RehearsalResult;
import java.util.function.Function;

/** A rehearsal that has a server to itself, and gives it back when it closes. */
record LentRun(Engine.Run run, ServerPool.Loan loan) implements Engine.Run {
    static LentRun open(ServerPool pool, Function<PostgresServer, Engine.Run> opener) {
        ServerPool.Loan loan = pool.lend();
        boolean open = false;
        try {
            LentRun run = new LentRun(opener.apply(loan.server()), loan);
            open = true;
            return run;
        } finally {
            if (!open) {
                loan.close();
            }
        }
    }

    @Override
    public PhaseResult runNext() {
        return run.runNext();
    }

    @Override
    public RehearsalResult result() {
        return run.result();
    }

    @Override
    public String lockWaits() {
        return run.lockWaits();
    }

    @Override
    public void close() {
        try {
            run.close();
        } finally {
            loan.close();
        }
    }
}
