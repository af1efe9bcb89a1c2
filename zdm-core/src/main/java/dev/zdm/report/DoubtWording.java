package dev.zdm.report;

import dev.zdm.observation.OperationError;
import dev.zdm.observation.Window;
import dev.zdm.verdict.Doubt;

/** Puts doubts into words: the one place that does. */
public final class DoubtWording implements Doubt.Cases<String> {
    /** Returns a doubt in words. */
    public static String of(Doubt doubt) {
        return doubt.match(new DoubtWording());
    }

    @Override
    public String failedBeforeChange(Doubt.FailedBeforeChange doubt) {
        OperationError error = doubt.error();
        return "operation " + error.operation() + " failed every time, already before the change ("
                + Format.count(error.countBeforeChange(), "time") + ", SQLSTATE " + error.sqlState() + "): "
                + Wording.oneLine(error.message())
                + (error.statement() == null ? "" : "\n              in: " + Wording.oneLine(error.statement()))
                + "\n   do       : make the operation work on the baseline first";
    }

    @Override
    public String notCovered(Doubt.NotCovered doubt) {
        Window.Coverage coverage = doubt.coverage();
        return "operation " + coverage.operation() + " ran often enough on " + coverage.sessions() + " of "
                + coverage.ofSessions() + " sessions only (" + window(doubt.window()) + "; it succeeded "
                + Format.count(coverage.succeeded(), "time") + " and failed " + Format.count(coverage.failed(), "time")
                + ")\n   do       : make the load lighter, or allow longer windows";
    }

    @Override
    public String loadNotReached(Doubt.LoadNotReached doubt) {
        return "the load was never reached: operations arrived faster than they could be run (" + window(doubt.window())
                + (doubt.wasReached()
                        ? ")\n   do       : before the change it was: see under latency which operation takes longer since;"
                                + " if none does, lower the rate, or use more workers"
                        : ")\n   do       : lower the rate, or use more workers");
    }

    @Override
    public String invariantFailed(Doubt.InvariantFailed doubt) {
        return InvariantWording.of(doubt);
    }

    @Override
    public String notCompared(Doubt.NotCompared doubt) {
        return AgreementWording.of(doubt.agreement());
    }

    @Override
    public String readBackFailed(Doubt.ReadBackFailed doubt) {
        OperationError error = doubt.error();
        return error.operation() + " failed every time (" + Format.count(error.count(), "time") + "): "
                + Wording.oneLine(error.message())
                + "\n   do       : make it read the fact of any key; an absent row is null";
    }

    @Override
    public String nothingAcknowledged(Doubt.NothingAcknowledged doubt) {
        return "operation " + doubt.idle().operation() + " takes the ledger, succeeded "
                + Format.count(doubt.idle().succeeded(), "time")
                + " and acknowledged no write: nothing of what it wrote was verified"
                + "\n   do       : call ledger.acknowledge(key, value) after each commit";
    }

    @Override
    public String notVerified(Doubt.NotVerified doubt) {
        OperationError error = doubt.error();
        return doubt.unverified().readBack() + " failed again and again when written values were to be read back ("
                + Format.count(doubt.unverified().count(), "time") + "): nobody knows whether these writes are there"
                + (error == null ? "" : "; it said: " + Wording.oneLine(error.message()))
                + "\n   do       : make it read the fact of any key at any time";
    }

    @Override
    public String replicaBehindBefore(Doubt.ReplicaBehindBefore doubt) {
        return "the replica was " + Format.millis(doubt.lag().longest())
                + " behind already before the change, more than "
                + Format.millis(doubt.allowed())
                + "\n   do       : give the replica a rate of writes that it can follow, or allow"
                + " more lag";
    }

    @Override
    public String notRehearsed(Doubt.NotRehearsed doubt) {
        return "the rehearsal ended before " + (doubt.phases().size() == 1 ? "phase '" : "the phases '")
                + String.join("', '", doubt.phases()) + "'\n   do       : rehearse every phase of the plan";
    }

    @Override
    public String broke(Doubt.Broke doubt) {
        return doubt.what() + " failed: " + Wording.oneLine(doubt.reason());
    }

    private static String window(Window window) {
        return window.kind().label() + ", " + Format.seconds(window.length());
    }
}
