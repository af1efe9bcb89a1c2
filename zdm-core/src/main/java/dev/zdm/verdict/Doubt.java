package dev.zdm.verdict;

import dev.zdm.observation.Agreement;
import dev.zdm.observation.InvariantOutcome;
import dev.zdm.observation.LedgerHistory;
import dev.zdm.observation.OperationError;
import dev.zdm.observation.ReplicaHistory;
import dev.zdm.observation.Window;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One reason why a run could not tell. */
public sealed interface Doubt {
    /** Returns what {@code cases} says to this kind of doubt. */
    <R> R match(Cases<R> cases);

    /**
     * One answer for each kind of doubt.
     *
     * @param <R> the kind of answer
     */
    interface Cases<R> {
        /** Answers for a {@link FailedBeforeChange}. */
        R failedBeforeChange(FailedBeforeChange doubt);

        /** Answers for a {@link NotCovered}. */
        R notCovered(NotCovered doubt);

        /** Answers for a {@link LoadNotReached}. */
        R loadNotReached(LoadNotReached doubt);

        /** Answers for a {@link InvariantFailed}. */
        R invariantFailed(InvariantFailed doubt);

        /** Answers for a {@link NotCompared}. */
        R notCompared(NotCompared doubt);

        /** Answers for a {@link ReadBackFailed}. */
        R readBackFailed(ReadBackFailed doubt);

        /** Answers for a {@link NothingAcknowledged}. */
        R nothingAcknowledged(NothingAcknowledged doubt);

        /** Answers for a {@link NotVerified}. */
        R notVerified(NotVerified doubt);

        /** Answers for a {@link ReplicaBehindBefore}. */
        R replicaBehindBefore(ReplicaBehindBefore doubt);

        /** Answers for a {@link NotRehearsed}. */
        R notRehearsed(NotRehearsed doubt);

        /** Answers for a {@link Broke}. */
        R broke(Broke doubt);
    }

    /**
     * An operation failed already before the change, and never succeeded.
     *
     * @param error the failures
     */
    record FailedBeforeChange(OperationError error) implements Doubt {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.failedBeforeChange(this);
        }
    }

    /**
     * A window reached its longest time before everything ran often enough.
     *
     * @param window the window
     * @param coverage an operation that did not
     */
    record NotCovered(Window window, Window.Coverage coverage) implements Doubt {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.notCovered(this);
        }
    }

    /**
     * A window reached its longest time while the load was still behind its schedule.
     *
     * @param window the window
     * @param wasReached whether it had been on its schedule before the change
     */
    record LoadNotReached(Window window, boolean wasReached) implements Doubt {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.loadNotReached(this);
        }
    }

    /**
     * An invariant could not be evaluated.
     *
     * @param outcome what went wrong
     * @param phase the name of the phase
     */
    record InvariantFailed(InvariantOutcome outcome, String phase) implements Doubt {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.invariantFailed(this);
        }
    }

    /**
     * What both versions read of some keys could not be compared.
     *
     * @param agreement what could be
     */
    record NotCompared(Agreement agreement) implements Doubt {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.notCompared(this);
        }
    }

    /**
     * A fact could never be read, for a reason that is not the database's.
     *
     * @param error the failures
     */
    record ReadBackFailed(OperationError error) implements Doubt {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.readBackFailed(this);
        }
    }

    /**
     * An operation takes the ledger and never acknowledged a write.
     *
     * @param idle the operation
     */
    record NothingAcknowledged(LedgerHistory.Idle idle) implements Doubt {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.nothingAcknowledged(this);
        }
    }

    /**
     * Writes could not be read back.
     *
     * @param unverified how many, and by what
     * @param error how that failed; null: that is not known
     */
    record NotVerified(
            LedgerHistory.Unverified unverified, @Nullable OperationError error) implements Doubt {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.notVerified(this);
        }
    }

    /**
     * The replica was further behind than allowed already before the change.
     *
     * @param lag how far
     * @param allowed how far it may be behind
     */
    record ReplicaBehindBefore(ReplicaHistory.Lag lag, Duration allowed) implements Doubt {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.replicaBehindBefore(this);
        }
    }

    /**
     * The rehearsal ended before these phases.
     *
     * @param phases the names of the phases, in order
     */
    record NotRehearsed(List<String> phases) implements Doubt {
        public NotRehearsed {
            phases = List.copyOf(phases);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.notRehearsed(this);
        }
    }

    /**
     * A check or a part of the rehearsal broke.
     *
     * @param what what broke
     * @param reason why
     */
    record Broke(String what, String reason) implements Doubt {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.broke(this);
        }
    }
}
