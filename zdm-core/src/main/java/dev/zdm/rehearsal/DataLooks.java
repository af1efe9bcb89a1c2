package dev.zdm.rehearsal;

import dev.zdm.change.SessionSource;
import dev.zdm.database.Database;
import dev.zdm.observation.InvariantOutcome;
import dev.zdm.plan.RehearsalPlan;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * All that looks at the data while a rehearsal goes on: the invariants, and whether both versions read the same.
 *
 * <p>Controlled by one thread; {@link #hurry} and {@link #sawSince} are for any.
 */
final class DataLooks implements AutoCloseable {
    private final Turns turns = new Turns();
    private final InvariantLook invariants;
    private final DataWatch invariantWatch;
    private final VersionAgreement agreement;

    DataLooks(RehearsalPlan plan, Database database, SessionSource sessions, WallClock clock) {
        Duration longestBeside = plan.tolerance().lockWait().dividedBy(2);
        this.invariants = new InvariantLook(sessions, clock, plan.tolerance().invariantTime());
        this.invariantWatch = new DataWatch("invariants", invariants, turns, longestBeside);
        this.agreement = new VersionAgreement(plan, database, sessions, clock, turns);
    }

    /** Returns what keeps those who look and the change apart. */
    Turns turns() {
        return turns;
    }

    /** Returns the comparison of both versions. */
    VersionAgreement agreement() {
        return agreement;
    }

    /** Looks at this from now on; what is under way is given up. */
    void turnTo(Moment moment) throws InterruptedException {
        invariantWatch.turnTo(moment);
        agreement.watch().turnTo(moment);
    }

    /** Returns when there has been a look of each kind since {@link #turnTo}. */
    void awaitLook() throws InterruptedException {
        invariantWatch.awaitLook();
        agreement.watch().awaitLook();
    }

    /** Looks as soon as possible. */
    void hurry() {
        invariantWatch.hurry();
        agreement.watch().hurry();
    }

    /** Returns whether looks of each kind that began after this {@link System#nanoTime()} have ended. */
    boolean sawSince(long nanos) {
        return invariantWatch.sawSince(nanos) && agreement.watch().sawSince(nanos);
    }

    /** Returns what the invariants said since the last call. */
    List<InvariantOutcome> takeInvariants() {
        return invariants.takeOutcomes();
    }

    /** Returns what went wrong since the last call, in words. */
    List<String> takeTroubles() {
        List<String> troubles = new ArrayList<>(invariantWatch.takeTroubles());
        troubles.addAll(agreement.watch().takeTroubles());
        return troubles;
    }

    @Override
    public void close() throws SQLException {
        try (invariantWatch) {
            agreement.close();
        }
    }
}
