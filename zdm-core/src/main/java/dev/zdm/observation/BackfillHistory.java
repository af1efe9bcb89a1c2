package dev.zdm.observation;

import dev.zdm.postgres.SqlStatement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What became of a change that fills rows when it was rehearsed by the rules of backfills, alone on copies of the database.
 *
 * @param declared whether the plan says that it is a backfill; otherwise it only writes data
 * @param tried what was tried
 * @param volume what it wrote
 * @param harms the rules that it broke, in the order of gravity
 * @param untold what could not be told, in words
 * @param length how long all of it took
 */
public record BackfillHistory(
        boolean declared, Tried tried, Volume volume, List<Harm> harms, List<String> untold, Duration length) {
    /** No backfill. */
    public static final BackfillHistory NONE =
            new BackfillHistory(false, Tried.NOTHING, Volume.NOTHING, List.of(), List.of(), Duration.ZERO);

    public BackfillHistory {
        Objects.requireNonNull(tried);
        Objects.requireNonNull(volume);
        harms = List.copyOf(harms);
        untold = List.copyOf(untold);
    }

    /**
     * Says that nothing could be tried.
     *
     * @param why the reason, in words
     */
    public static BackfillHistory notTried(boolean declared, String why) {
        return new BackfillHistory(declared, Tried.NOTHING, Volume.NOTHING, List.of(), List.of(why), Duration.ZERO);
    }

    /** Returns the same of a change that the plan says is a backfill, or does not. */
    public BackfillHistory declared(boolean isDeclared) {
        return new BackfillHistory(isDeclared, tried, volume, harms, untold, length);
    }

    /** Returns whether anything was tried. */
    public boolean isTried() {
        return tried.rows() > 0;
    }

    /**
     * What was tried.
     *
     * @param rows how many rows the largest table had that it writes to; 0: nothing was tried
     * @param stops how often it was stopped half-way and carried out again
     * @param inserts how many rows came while it ran, before its end or ours
     * @param newerValues how many rows were changed by others while it ran
     */
    public record Tried(long rows, int stops, long inserts, int newerValues) {
        /** Nothing. */
        public static final Tried NOTHING = new Tried(0, 0, 0, 0);
    }

    /**
     * What one run without disturbance wrote.
     *
     * @param rows rows inserted, updated and deleted
     * @param walBytes how much of the write-ahead log, whole pages after a checkpoint included
     * @param deadRows rows updated and deleted, each of which leaves a dead one
     * @param transactions how many transactions wrote rows that are there now
     * @param largest how many of these rows one transaction wrote at most
     * @param longest how long one transaction held its rows at most; zero: not known, as of those within a procedure
     */
    public record Volume(long rows, long walBytes, long deadRows, long transactions, long largest, Duration longest) {
        /** Nothing. */
        public static final Volume NOTHING = new Volume(0, 0, 0, 0, 0, Duration.ZERO);
    }

    /** What a backfill is to keep to. */
    public enum Rule {
        /** It writes nothing over what somebody else has written since it read. */
        KEEPS_NEWER_VALUES,
        /** Run a second time, it changes nothing. */
        IDEMPOTENT,
        /** Stopped anywhere and run again, it comes to the same end. */
        RESUMABLE,
        /** It ends, although rows come while it runs. */
        ENDS,
        /** No transaction writes more rows because the table has more. */
        BOUNDED,
        /** No transaction holds rows longer than an operation may wait. */
        BRIEF,
        /** It writes to rows only that are not filled yet; what goes further than the other rules. */
        GUARDED
    }

    /**
     * A rule that was broken.
     *
     * @param rule the rule
     * @param what was seen, in words
     * @param statement the statement that did it, or the first one that wrote; null: it is not known
     */
    public record Harm(Rule rule, String what, @Nullable SqlStatement statement) {}
}
