package dev.zdm.inspection;

import dev.zdm.change.ChangeException;
import dev.zdm.database.Database;
import dev.zdm.inspection.LockClock.Transaction;
import dev.zdm.observation.Footprint;
import dev.zdm.observation.Growth;
import dev.zdm.observation.RelationUse;
import dev.zdm.plan.Change;
import dev.zdm.plan.ProductionSize;
import dev.zdm.postgres.SqlStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * Measures how the time of a change's locks grows with the tables whose size in production is known.
 *
 * <p>The change is carried out on copies of the database with all of the rows, a quarter and a sixteenth of them. Nobody
 * else is there, so a lock is held for as long as the work under it takes.
 */
final class GrowthMeasurement {
    private static final double SMALLER = 0.25;
    private static final int SIZES = 3;

    /** At least; more until the shortest times are confirmed. */
    private static final int ROUNDS = 3;

    private static final int MOST_ROUNDS = 9;

    /** So much of a table's rows is more than a batch. */
    private static final double GOOD_PART = 0.3;

    /** After this time nothing is measured once more. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static final String NO_SMALLER =
            "how the work grows was not measured: tables are made smaller without their"
                    + " triggers, and only a superuser may silence those";

    private final ProductionTables production;
    private final long tinyRows;
    private final Change change;
    private final RelationUse use;
    private final LimitedChange limited;
    private final LongSupplier nanoTime;
    private final List<String> notes = new ArrayList<>();

    /**
     * Prepares a measurement.
     *
     * @param tinyRows tables with at most so many rows in production may be empty here
     * @param use the tables that the application versions work on
     */
    GrowthMeasurement(
            ProductionTables production,
            long tinyRows,
            Change change,
            RelationUse use,
            LimitedChange limited,
            LongSupplier nanoTime) {
        this.production = production;
        this.tinyRows = tinyRows;
        this.change = change;
        this.use = use;
        this.limited = limited;
        this.nanoTime = nanoTime;
    }

    /**
     * What was measured.
     *
     * @param growth one for each transaction that keeps the application from a table, in order
     * @param notes what was done otherwise than planned, in words
     * @param blindSpots what could not be measured, in words
     */
    record Measured(List<Growth> growth, List<String> notes, List<String> blindSpots) {
        static final Measured NOTHING = new Measured(List.of(), List.of(), List.of());
    }

    /**
     * Measures.
     *
     * @param before the database as it was before the change
     * @param footprints what the change did to it
     * @throws ChangeException if the change succeeds no more, or takes longer than it may
     * @throws InterruptedException if the calling thread is interrupted; the change is stopped then
     */
    Measured measure(Database before, List<Footprint> footprints)
            throws SQLException, ChangeException, InterruptedException {
        List<SizedCopy> sizes = new ArrayList<>();
        try {
            SizedCopy full = SizedCopy.of(before, production, change, limited);
            sizes.add(full);
            full.observed(footprints);
            if (footprints.stream().noneMatch(footprint -> isOfInterest(footprint, full.tables()))) {
                return Measured.NOTHING;
            }
            if (footprints.stream().anyMatch(footprint -> full.tables().isWorkedOnBy(footprint))) {
                if (!full.canBeMadeSmaller()) {
                    return new Measured(List.of(), notes, List.of(NO_SMALLER));
                }
                addSmaller(sizes);
            }
            time(sizes, working(footprints, full.tables()));
            if (sizes.size() > 1) {
                count(sizes);
            }
            return new Measured(growth(sizes), notes, empty(footprints, full.tables()));
        } finally {
            sizes.forEach(SizedCopy::close);
        }
    }

    private List<String> empty(List<Footprint> footprints, TablesAtSize tables) {
        List<String> empty = new ArrayList<>();
        tables.byOid().forEach((oid, table) -> {
            ProductionSize size = production.byOid().get(oid);
            if (size != null
                    && table.rows() == 0
                    && size.rows() > tinyRows
                    && footprints.stream().anyMatch(footprint -> keepsOut(footprint) && table.isLockedBy(footprint))) {
                empty.add("production has " + size.rows() + " rows of " + table.relation()
                        + ", this database has none: " + "seed some thousand, so that growth can be measured");
            }
        });
        return empty;
    }

    private boolean isOfInterest(Footprint footprint, TablesAtSize tables) {
        return keepsOut(footprint)
                && (tables.isWorkedOnBy(footprint)
                        || tables.byOid().values().stream().anyMatch(table -> table.isLockedBy(footprint)));
    }

    /** Whether the statement holds a lock that keeps the application from a table, or from most rows of one. */
    private boolean keepsOut(Footprint footprint) {
        return footprint.locks().stream()
                        .anyMatch(lock -> !lock.created() && use.isStoppedBy(lock.mode(), lock.table()))
                || footprint.rewrites().stream().anyMatch(rewrite -> use.used().contains(rewrite.table()))
                || footprint.work().stream()
                        .anyMatch(work -> use.used().contains(work.relation())
                                && work.rows() > 0
                                && work.lockedAtOnce() >= work.rows() * GOOD_PART);
    }

    private void addSmaller(List<SizedCopy> sizes) throws SQLException {
        while (sizes.size() < SIZES) {
            sizes.add(0, sizes.get(0).smaller(SMALLER, production));
        }
    }

    private static Set<SqlStatement> working(List<Footprint> footprints, TablesAtSize tables) {
        return footprints.stream()
                .filter(tables::isWorkedOnBy)
                .map(Footprint::statement)
                .collect(Collectors.toSet());
    }

    /**
     * Measures until the shortest times are confirmed: whatever disturbs a run lengthens it.
     *
     * @param working the statements whose times a line will magnify; others need no confirmation
     */
    private void time(List<SizedCopy> sizes, Set<SqlStatement> working)
            throws SQLException, ChangeException, InterruptedException {
        long began = nanoTime.getAsLong();
        for (int round = 1; round <= MOST_ROUNDS; round++) {
            for (SizedCopy size : List.copyOf(sizes)) {
                if (round > ROUNDS && size.isConfirmed(working)) {
                    continue;
                }
                try {
                    size.time();
                } catch (ChangeException e) {
                    drop(size, sizes, e);
                }
            }
            if (round >= ROUNDS && sizes.stream().allMatch(size -> size.isConfirmed(working))) {
                return;
            }
            if (nanoTime.getAsLong() - began > LIMIT.toNanos()) {
                if (round < ROUNDS) {
                    notes.add("how the change grows with its tables was measured " + (round == 1 ? "once" : "twice")
                            + " only, for it takes long");
                }
                return;
            }
        }
    }

    private void count(List<SizedCopy> sizes) throws SQLException, ChangeException, InterruptedException {
        for (SizedCopy size : sizes) {
            size.count();
        }
    }

    /** Goes on without a smaller size. */
    private void drop(SizedCopy size, List<SizedCopy> sizes, ChangeException failure) throws ChangeException {
        if (sizes.indexOf(size) == sizes.size() - 1) {
            throw failure;
        }
        String note = "the change does not succeed with fewer rows, so that its growth was measured less exactly: "
                + failure.getMessage();
        if (!notes.contains(note)) {
            notes.add(note);
        }
        sizes.remove(size);
        size.close();
    }

    private List<Growth> growth(List<SizedCopy> sizes) {
        SizedCopy full = sizes.get(sizes.size() - 1);
        List<Growth> all = new ArrayList<>();
        for (Transaction transaction : full.transactions()) {
            List<SqlStatement> statements = transaction.statements();
            for (int first = 0; first < statements.size(); first++) {
                if (full.footprint(statements.get(first)).filter(this::keepsOut).isPresent()) {
                    List<SqlStatement> held = statements.subList(first, statements.size());
                    new GrowthOfTransaction(held, production).of(sizes).ifPresent(all::add);
                    break;
                }
            }
        }
        return all;
    }
}
