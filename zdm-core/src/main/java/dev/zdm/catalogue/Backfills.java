package dev.zdm.catalogue;

import static dev.zdm.catalogue.Draft.entry;
import static dev.zdm.verdict.Hazard.BACKFILL;

import dev.zdm.catalogue.Draft.Known;
import dev.zdm.observation.BackfillHistory.Rule;
import dev.zdm.verdict.BrokeBackfillRule;
import dev.zdm.verdict.Finding;
import java.util.List;
import java.util.function.Predicate;

/** What is wrong with a backfill whatever it fills. */
final class Backfills {
    static final List<Known> ALL = List.of(
            entry("backfill-stale-values", BACKFILL, "A backfill that writes what it has read before")
                    .when(is(Rule.KEEPS_NEWER_VALUES))
                    .what(
                            "between a SELECT and an UPDATE of READ COMMITTED anybody may write to the row; an UPDATE that waits for"
                                    + " a row looks at that row again, but not at what it has read elsewhere")
                    .since("all versions")
                    .effect("what the application has written meanwhile is undone, without any error")
                    .remedy(
                            "read and write in one statement that writes only rows which are not filled yet, or read FOR UPDATE in"
                                    + " the transaction that writes")
                    .manual("transaction-iso.html#XACT-READ-COMMITTED"),
            entry("backfill-not-idempotent", BACKFILL, "A backfill that does its work again when it runs again")
                    .when(is(Rule.IDEMPOTENT))
                    .what("UPDATE makes a new value of whatever is there, also of what it has made itself")
                    .since("all versions")
                    .effect("a second run, by a retry or by hand, counts twice what was counted")
                    .remedy(
                            "write only to rows that are not filled yet (WHERE … IS NULL, IS DISTINCT FROM), into a column of its"
                                    + " own; INSERT … ON CONFLICT DO NOTHING")
                    .manual("sql-update.html"),
            entry("backfill-not-resumable", BACKFILL, "A backfill that does not know how far it has come")
                    .when(is(Rule.RESUMABLE))
                    .what(
                            "the batches that were committed before it was stopped stay, and the next run does not see which")
                    .since("all versions")
                    .effect("after a crash some rows are filled twice, or never")
                    .remedy(
                            "write only to rows that are not filled yet, or keep the position in a table, in the transaction of each"
                                    + " batch; a Backfill does so (docs/backfill.md)")
                    .manual("tutorial-transactions.html"),
            entry("backfill-never-ends", BACKFILL, "A backfill that runs after what comes in")
                    .when(is(Rule.ENDS))
                    .what("each statement of READ COMMITTED sees what was committed before it began, new rows as well")
                    .since("all versions")
                    .effect("as long as the application inserts, the deployment waits for it")
                    .remedy(
                            "let a trigger or the new version fill new rows first, and stop at the highest key that was there when it"
                                    + " began; a Backfill does so (docs/backfill.md)")
                    .manual("transaction-iso.html#XACT-READ-COMMITTED"),
            entry("backfill-batch-grows", BACKFILL, "A backfill in a fixed number of batches")
                    .when(is(Rule.BOUNDED))
                    .what(
                            "a transaction keeps the rows that it has written until its end, and a part of a table is as large as that")
                    .since("all versions")
                    .effect("what takes a moment in a test holds a tenth of production's rows for minutes")
                    .remedy("batches of so many rows, by ranges of the key, each committed on its own")
                    .manual("explicit-locking.html#LOCKING-ROWS"),
            entry("backfill-long-batch", BACKFILL, "A batch that holds its rows for too long")
                    .when(is(Rule.BRIEF))
                    .what(
                            "a row that was written stays locked until the end of the transaction, whatever that does meanwhile")
                    .since("all versions")
                    .effect("whoever writes to one of these rows waits until the batch is done")
                    .remedy("smaller batches; compute first, then write and commit at once")
                    .manual("explicit-locking.html#LOCKING-ROWS"));

    private Backfills() {}

    private static Predicate<Finding> is(Rule rule) {
        return finding ->
                finding instanceof BrokeBackfillRule broke && broke.harm().rule() == rule;
    }
}
