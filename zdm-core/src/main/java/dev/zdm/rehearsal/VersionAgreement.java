package dev.zdm.rehearsal;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.zdm.change.SessionSource;
import dev.zdm.database.Database;
import dev.zdm.observation.Agreement;
import dev.zdm.observation.Agreement.When;
import dev.zdm.plan.RehearsalPlan;
import dev.zdm.workload.Comparison;
import dev.zdm.workload.Fact;
import dev.zdm.workload.Facts;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Whether both versions read the same of every key: under load, when drained, and before the new version gets traffic.
 *
 * <p>Controlled by one thread. Nothing happens where the versions have no fact in common.
 */
final class VersionAgreement implements AutoCloseable {
    private static final int THREADS = 2;
    private static final long KEYS_OF_A_NOTE = 1_000;

    private final RehearsalPlan plan;
    private final Database database;
    private final WallClock clock;
    private final AgreementTally tally = new AgreementTally();
    private final AgreementLook look;
    private final DataWatch watch;
    private final List<Fact> facts;
    private final List<String> notes = new ArrayList<>();
    private boolean newHasComeIn;
    private boolean refusalTold;

    VersionAgreement(RehearsalPlan plan, Database database, SessionSource sessions, WallClock clock, Turns turns) {
        this.plan = plan;
        this.database = database;
        this.clock = clock;
        List<Fact> ofNew = Facts.of(plan.newVersion());
        this.facts =
                Facts.of(plan.oldVersion()).stream().filter(ofNew::contains).toList();
        this.look = new AgreementLook(plan, sessions, clock, tally);
        this.watch = new DataWatch(
                "agreement", look, turns, plan.tolerance().lockWait().dividedBy(2));
    }

    /** Returns who compares under load. */
    DataWatch watch() {
        return watch;
    }

    /** Returns whether the versions are to be compared while the old one has this share of the traffic. */
    boolean applies(int oldPercent) {
        return !facts.isEmpty() && oldPercent > 0 && oldPercent < 100;
    }

    /** Returns whether a comparison of all keys must come between these two shares of the old version. */
    boolean isDueBetween(int oldPercent, int next) {
        return !facts.isEmpty() && ((!newHasComeIn && next < 100) || (applies(oldPercent) && !applies(next)));
    }

    /**
     * Compares all keys while nobody writes, because the shares of the traffic are about to change.
     *
     * @return whether they may: false if the new version, which had no traffic yet, reads anything else than the old one
     */
    boolean compareBetween(int next) throws InterruptedException {
        if (newHasComeIn || next == 100) {
            tally.add(compare(When.DRAINED, plan.baseline().rows()));
            return true;
        }
        newHasComeIn = true;
        List<Agreement> found = compare(When.BEFORE_SWITCH, plan.baseline().rows());
        tally.add(found);
        return found.stream().allMatch(agreement -> agreement.differing() == 0);
    }

    /** The new version has lost its traffic to a rollback: before it comes in again, all keys are compared. */
    void newIsGone() {
        newHasComeIn = false;
    }

    /** Compares all keys at the end of a phase; before the new version has come in, the first ones, for a note. */
    void compareAtEnd(int oldPercent) throws InterruptedException {
        if (applies(oldPercent)) {
            tally.add(compare(When.DRAINED, plan.baseline().rows()));
        } else if (!newHasComeIn && !facts.isEmpty()) {
            compare(When.BEFORE_SWITCH, Math.min(KEYS_OF_A_NOTE, plan.baseline().rows())).stream()
                    .filter(agreement -> agreement.differing() > 0)
                    .forEach(agreement -> notes.add("the new version would read '" + agreement.fact()
                            + "' of " + agreement.differing() + " of " + agreement.comparisons()
                            + " keys otherwise than the old version, if it had traffic already; the first: "
                            + agreement.first().get(0).inWords()));
        }
    }

    private List<Agreement> compare(When when, long highestKey) throws InterruptedException {
        try (HikariDataSource pool = pool();
                Comparison all = Comparison.of(plan.oldVersion(), plan.newVersion(), pool, clock::now)) {
            String failure = null;
            try {
                all.compareAll(highestKey, THREADS);
            } catch (SQLException | RuntimeException e) {
                failure = String.valueOf(e.getMessage());
            }
            return withFailure(all.take(when), when, failure);
        }
    }

    private List<Agreement> withFailure(List<Agreement> found, When when, @Nullable String failure) {
        List<Agreement> all = new ArrayList<>(found);
        if (failure != null) {
            facts.forEach(fact -> all.add(new Agreement(fact.name(), when, 0, 0, List.of(), 1, failure)));
        }
        return all;
    }

    private HikariDataSource pool() {
        HikariConfig config = new HikariConfig();
        config.setPoolName("zdm comparison");
        config.setJdbcUrl(database.jdbcUrl());
        Properties properties = new Properties();
        properties.putAll(database.credentials());
        properties.setProperty("ApplicationName", "zdm observer");
        config.setDataSourceProperties(properties);
        config.setMaximumPoolSize(2 * THREADS); // Room for read-backs that need two at the same time.
        config.setMinimumIdle(0);
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    /** Returns what comparisons since the last call said. */
    List<Agreement> takeAgreements() {
        return tally.take();
    }

    /** Returns what is to be told besides, in words. */
    List<String> takeNotes() {
        String refusal = look.refusal();
        if (refusal != null && !refusalTold) {
            refusalTold = true;
            notes.add(
                    "old and new are compared when drained only; under load, in one session for both, they could not be: "
                            + refusal);
        }
        List<String> taken = List.copyOf(notes);
        notes.clear();
        return taken;
    }

    @Override
    public void close() throws SQLException {
        watch.close();
    }
}
