package dev.zdm.inspection;

import dev.zdm.crash.Repeats;
import dev.zdm.database.Database;
import dev.zdm.observation.BackfillHistory;
import dev.zdm.observation.BackfillHistory.Harm;
import dev.zdm.observation.BackfillHistory.Rule;
import dev.zdm.observation.BackfillHistory.Tried;
import dev.zdm.observation.BackfillHistory.Volume;
import dev.zdm.observation.CrashHistory;
import dev.zdm.observation.CrashHistory.Outcome;
import dev.zdm.observation.CrashHistory.Trial;
import dev.zdm.observation.Footprint;
import dev.zdm.plan.Change;
import dev.zdm.plan.Tolerance;
import dev.zdm.postgres.Relation;
import dev.zdm.postgres.SqlStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tries the rules that backfills keep to, on copies of one database. For use by one thread.
 *
 * @param change the backfill, without what slows it down
 * @param work what it does to tables
 * @param footprints what its statements lock
 * @param tolerance what is allowed
 * @param limit how long one run may take
 */
record BackfillRules(
        Change change, BackfillWork work, List<Footprint> footprints, Tolerance tolerance, Duration limit) {
    private static final int STOPS = 3;

    /** So much of a table is no batch; see the check of the footprints. */
    static final double GOOD_PART = 0.3;

    private static final double SMALLER = 0.25;

    /** Of a table with a quarter of the rows a batch that grows with it has a quarter, any other one all. */
    private static final long LESS = 2;

    /** Batches of fewer rows differ by chance. */
    private static final long FEW_ROWS = 20;

    /** What the rules said so far. */
    private static final class Notes {
        private final List<Harm> harms = new ArrayList<>();
        private final List<String> untold = new ArrayList<>();
        private int stops;
        private long inserts;
        private int newerValues;
        private Duration longest = Duration.ZERO;

        void add(Rule rule, String what, @Nullable SqlStatement statement) {
            harms.add(new Harm(rule, what, statement));
        }
    }

    /**
     * Tries all rules.
     *
     * @param base a database in which the backfill was not carried out; it stays as it is
     * @return what was found; empty: it does not succeed there
     */
    Optional<BackfillHistory> on(Database base) throws SQLException, InterruptedException {
        long began = System.nanoTime();
        LimitedChange limited = new LimitedChange(limit);
        try (Database copy = base.copy()) {
            BackfillTrial trial = BackfillTrial.run(change, limited, copy, work.leaves());
            if (trial == null) {
                return Optional.empty();
            }
            Notes notes = new Notes();
            newerValues(base, copy, notes);
            repeats(base, trial, notes);
            meanwhile(base, trial, limited, notes);
            bounded(base, trial, limited, notes);
            Volume volume = trial.volume();
            return Optional.of(new BackfillHistory(
                    false,
                    new Tried(rows(base), notes.stops, notes.inserts, notes.newerValues),
                    new Volume(
                            volume.rows(),
                            volume.walBytes(),
                            volume.deadRows(),
                            volume.transactions(),
                            volume.largest(),
                            notes.longest),
                    notes.harms,
                    notes.untold,
                    Duration.ofNanos(System.nanoTime() - began)));
        }
    }

    private long rows(Database database) throws SQLException {
        long most = 0;
        try (Connection connection = QuietSessions.of(database).getConnection()) {
            for (Relation table : work.tables()) {
                most = Math.max(most, ProductionTables.count(table, connection));
            }
        }
        return most;
    }

    private Optional<KeyedTable> keyed(Relation table, Database database) throws SQLException {
        try (Connection connection = QuietSessions.of(database).getConnection()) {
            return KeyedTable.of(table, connection);
        }
    }

    private void newerValues(Database base, Database reference, Notes notes) throws SQLException, InterruptedException {
        for (Map.Entry<Relation, Set<String>> updated : work.updated().entrySet()) {
            Optional<KeyedTable> table = keyed(updated.getKey(), base);
            if (table.isEmpty()) {
                notes.untold.add("whether it overwrites newer values of " + updated.getKey() + ", which has no key");
                continue;
            }
            NewerValues.Seen seen =
                    new NewerValues(change, limit, table.get(), updated.getValue()).look(base, reference);
            if (seen.untold() != null) {
                notes.untold.add("whether it overwrites newer values: " + seen.untold());
            }
            notes.newerValues += seen.rows();
            seen.overwritten().stream()
                    .limit(1)
                    .forEach(what -> notes.add(Rule.KEEPS_NEWER_VALUES, updated.getKey() + "." + what, work.writer()));
            seen.unguarded().stream()
                    .limit(1)
                    .forEach(what -> notes.add(Rule.GUARDED, updated.getKey() + "." + what, work.writer()));
        }
    }

    private void repeats(Database base, BackfillTrial trial, Notes notes) throws SQLException, InterruptedException {
        Repeats repeats = new Repeats(change, base, trial.database(), limit);
        for (CrashHistory.Harm harm : repeats.again()) {
            notes.add(Rule.IDEMPOTENT, words(harm), harm.at() == null ? work.writer() : harm.at());
        }
        List<Trial> trials = repeats.stopped(trial.statements(), footprints, STOPS);
        notes.stops = (int) trials.stream()
                .filter(one -> one.outcome() != Outcome.NOT_INTERRUPTED)
                .count();
        trials.stream().filter(one -> one.outcome() == Outcome.HARMED).limit(1).forEach(one -> {
            CrashHistory.Harm harm = one.harms().get(0);
            notes.add(
                    Rule.RESUMABLE,
                    words(harm) + ", stopped " + one.moment().label() + " "
                            + one.statement().position(),
                    harm.at() == null ? one.statement() : harm.at());
        });
    }

    private static String words(CrashHistory.Harm harm) {
        return harm.kind() == CrashHistory.Harm.Kind.RETRY_FAILED
                ? "the second run failed" + (harm.sqlState() == null ? "" : " with SQLSTATE " + harm.sqlState()) + ": "
                        + harm.what()
                : harm.what();
    }

    private void meanwhile(Database base, BackfillTrial trial, LimitedChange limited, Notes notes)
            throws SQLException, InterruptedException {
        RowsMeanwhile rows =
                new RowsMeanwhile(change, limited, work.tables().iterator().next());
        RowsMeanwhile.Seen usual;
        try (Database copy = base.copy()) {
            LockClock clock = new LockClock(() -> QuietSessions.of(copy).getConnection());
            usual = rows.count(copy, clock);
            brief(base, trial, clock, limited, notes);
        }
        String insert = insert(base, trial.database());
        if (usual.failure() != null || insert == null) {
            notes.untold.add("whether it ends while rows come: no row like those that it fills could be inserted");
            return;
        }
        try (Database copy = base.copy()) {
            RowsMeanwhile.Seen seen = rows.run(copy, insert, usual.statements());
            if (seen.failure() != null) {
                notes.untold.add("whether it ends while rows come: it fails with "
                        + seen.failure().getMessage());
            } else if (!seen.isEnded()) {
                notes.add(
                        Rule.ENDS,
                        "it writes with " + usual.statements()
                                + " statements when no row comes, and had not ended after " + seen.statements()
                                + " when one row came with each",
                        work.writer());
            }
            notes.inserts = seen.statements();
        }
    }

    private @Nullable String insert(Database base, Database reference) throws SQLException {
        Optional<KeyedTable> table = keyed(work.fed(), base);
        if (table.isEmpty()) {
            return null;
        }
        try (Connection before = QuietSessions.of(base).getConnection();
                Connection after = QuietSessions.of(reference).getConnection()) {
            Map<String, Map<String, @Nullable String>> filled = table.get().readSome(after);
            return table.get().readSome(before).entrySet().stream()
                    .filter(row ->
                            !work.isUpdated(work.fed()) || !row.getValue().equals(filled.get(row.getKey())))
                    .map(row -> RowsMeanwhile.insert(table.get(), row.getValue()))
                    .findFirst()
                    .orElse(null);
        }
    }

    /** Whatever disturbs a run lengthens it: what took long once is looked at again. */
    private void brief(Database base, BackfillTrial trial, LockClock again, LimitedChange limited, Notes notes)
            throws SQLException, InterruptedException {
        List<Long> shortest = shortest(List.of(trial.clock(), again));
        long allowed = tolerance.lockWait().toNanos();
        if (longest(shortest) > allowed) {
            try (Database copy = base.copy()) {
                LockClock once = new LockClock(() -> QuietSessions.of(copy).getConnection());
                limited.carryOut(change, copy, once, once);
                shortest = shortest(List.of(trial.clock(), again, once));
            }
        }
        long longest = longest(shortest);
        notes.longest = Duration.ofNanos(longest);
        if (longest > allowed && !isOfOnePiece(trial, base)) {
            notes.add(
                    Rule.BRIEF,
                    "one transaction holds its rows for " + notes.longest.toMillis()
                            + " ms, the shortest of three runs, and "
                            + tolerance.lockWait().toMillis()
                            + " ms are allowed",
                    work.writer());
        }
    }

    /** Whether one transaction writes a good part of a table, which is told of its footprint. */
    private boolean isOfOnePiece(BackfillTrial trial, Database base) throws SQLException {
        return trial.volume().largest() >= GOOD_PART * rows(base)
                && trial.volume().largest() > tolerance.tinyTableRows();
    }

    private List<Long> shortest(List<LockClock> clocks) {
        List<Long> shortest = BackfillTrial.nanosHeld(clocks.get(0), work.shapes());
        for (LockClock clock : clocks) {
            List<Long> times = BackfillTrial.nanosHeld(clock, work.shapes());
            if (times.size() != shortest.size()) {
                return List.of(); // Not the same transactions: nothing to compare.
            }
            for (int place = 0; place < times.size(); place++) {
                shortest.set(place, Math.min(shortest.get(place), times.get(place)));
            }
        }
        return shortest;
    }

    private static long longest(List<Long> nanos) {
        return nanos.stream().mapToLong(Long::longValue).max().orElse(0);
    }

    private void bounded(Database base, BackfillTrial trial, LimitedChange limited, Notes notes)
            throws SQLException, InterruptedException {
        long rows = rows(base);
        long largest = trial.volume().largest();
        if (rows <= tolerance.tinyTableRows() || largest <= FEW_ROWS || isOfOnePiece(trial, base)) {
            return;
        }
        try (Database small = base.copy()) {
            if (!work.keepFirst(SMALLER, small)) {
                notes.untold.add("whether its transactions grow with the table: it is made smaller without triggers,"
                        + " and only a superuser may silence those");
                return;
            }
            long fewerRows = rows(small);
            BackfillTrial less = BackfillTrial.run(change, limited, small, work.leaves());
            if (less != null && less.volume().largest() * LESS <= largest && fewerRows * LESS <= rows) {
                notes.add(
                        Rule.BOUNDED,
                        "one transaction writes " + largest + " of " + rows + " rows, and "
                                + less.volume().largest() + " of " + fewerRows,
                        work.writer());
            }
        }
    }
}
