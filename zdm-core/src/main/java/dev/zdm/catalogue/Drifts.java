package dev.zdm.catalogue;

import static dev.zdm.catalogue.Draft.entry;
import static dev.zdm.verdict.Hazard.DATA_DRIFT;
import static dev.zdm.verdict.Hazard.DATA_LOSS;
import static dev.zdm.verdict.Hazard.DEADLOCK;

import dev.zdm.catalogue.Draft.Known;
import dev.zdm.verdict.NumbersTaken;
import java.util.List;

/** What loses data or lets them drift apart, and what locks in the wrong order. */
final class Drifts {
    static final List<Known> ALL = List.of(
            entry("trigger-deadlock", DEADLOCK, "A trigger that locks rows nobody locked before")
                    .command("create (or replace )?(constraint )?trigger")
                    .what(
                            "a trigger that updates another table locks its rows until the transaction ends, in the order in which"
                                    + " the application happens to write")
                    .since("all versions")
                    .effect("operations of the application fail with 40P01, which never did before")
                    .remedy(
                            "let the trigger insert a row for each event, to be summed up later, or make all writers write in"
                                    + " one order first")
                    .manual("explicit-locking.html#LOCKING-DEADLOCKS"),
            entry("update-order-deadlock", DEADLOCK, "An update that locks rows in another order than the application")
                    .command("\\b(update|delete from|merge into)\\b")
                    .what(
                            "a statement locks rows in the order in which it finds them and keeps them until the transaction ends")
                    .since("all versions")
                    .effect("an operation fails with 40P01, or the update after all its work")
                    .remedy(
                            "batches that are over before anybody needs two of their rows, each committed on its own, in the"
                                    + " application's order of rows")
                    .manual("explicit-locking.html#LOCKING-DEADLOCKS"),
            entry("table-order-deadlock", DEADLOCK, "Two tables locked in one transaction")
                    .what(
                            "a second strong lock is waited for while the first is held, and the application may hold the second"
                                    + " and wait for the first")
                    .since("all versions")
                    .effect("an operation or the migration fails with 40P01")
                    .remedy("one table per transaction")
                    .manual("explicit-locking.html#LOCKING-DEADLOCKS"),
            entry("truncate", DATA_LOSS, "TRUNCATE of a table in use")
                    .command("\\btruncate\\b")
                    .what(
                            "TRUNCATE gives the table a new, empty file under ACCESS EXCLUSIVE; with CASCADE also every table that"
                                    + " refers to it")
                    .since("all versions")
                    .effect("the rows are gone for every version, and sessions with older snapshots see none")
                    .remedy("delete only what no version needs any more, in batches and by name; never CASCADE")
                    .manual("sql-truncate.html"),
            entry("sequence-restarts", DATA_DRIFT, "A sequence that begins again below numbers that rows have")
                    .when(finding -> finding instanceof NumbersTaken)
                    .what(
                            "a sequence does not look at the table: RESTART, setval, and the new sequence of an identity column"
                                    + " or of a copied table begin where they are told, 1 by default")
                    .since("all versions")
                    .effect("an INSERT fails with 23505, or two rows have one number where no unique index refuses it")
                    .remedy(
                            "in the transaction that brings the sequence into use: setval(sequence, (select max(id) from table)),"
                                    + " with room for the rows that come meanwhile")
                    .manual("functions-sequence.html"),
            entry("disabled-trigger", DATA_DRIFT, "A trigger disabled for a while")
                    .command("(disable|enable) (replica |always )?trigger|session_replication_role")
                    .what("DISABLE TRIGGER disables it for all sessions, not only for the one that migrates")
                    .since("all versions")
                    .effect("what the application writes meanwhile is not kept in step, not checked, not logged")
                    .remedy(
                            "SET LOCAL session_replication_role = 'replica' for the migration's own session, or a WHEN clause"
                                    + " that spares its writes")
                    .manual("sql-altertable.html#SQL-ALTERTABLE-DESC-DISABLE-ENABLE-TRIGGER"),
            entry("default-changed", DATA_DRIFT, "A default changed under writers that rely on it")
                    .command("set default|drop default")
                    .what("a new default holds for every INSERT that does not name the column, of either version")
                    .since("all versions")
                    .effect("the old version writes values that it does not mean, without any error")
                    .remedy(
                            "let the new version write its value explicitly; change the default when no session of the old"
                                    + " version is left")
                    .manual("ddl-default.html"),
            entry("enum-order", DATA_DRIFT, "An enum value in the wrong place")
                    .command("add value")
                    .what(
                            "enum values compare in the order of their type; a new one comes last unless BEFORE or AFTER says"
                                    + " where, and cannot be moved")
                    .since("9.1 and later")
                    .effect("ORDER BY, < and > of both versions give other rows, without any error")
                    .remedy("ALTER TYPE … ADD VALUE … BEFORE or AFTER")
                    .manual("datatype-enum.html"),
            entry("copy-and-swap", DATA_LOSS, "A table copied and swapped while it is written to")
                    .command("\\brename to\\b")
                    .what(
                            "the copy holds what its snapshot saw; what is written between the copy and the swap goes to the old"
                                    + " table only")
                    .since("all versions")
                    .effect("acknowledged writes are gone, without any error")
                    .remedy("a trigger that repeats every write on the copy first, then fill it in batches, then swap")
                    .manual("plpgsql-trigger.html"),
            entry("constraint-dropped", DATA_DRIFT, "A constraint dropped that the application relies on")
                    .command("drop (constraint|index|not null)")
                    .what(
                            "nothing refuses duplicates and orphans any more; ON CONFLICT DO NOTHING without columns just inserts")
                    .since("all versions")
                    .effect(
                            "duplicates and orphans come in without any error, and the constraint cannot be added again")
                    .remedy("keep it until no version relies on it; add its successor first")
                    .manual("ddl-constraints.html"),
            entry("lossy-type", DATA_LOSS, "Values cut by a change of type")
                    .also(DATA_DRIFT)
                    .command("alter (column )?(\\S+) (set data )?type ")
                    .what(
                            "the conversion, of USING above all, cuts and rounds what does not fit: left(), round(), a date of a"
                                    + " timestamp")
                    .since("all versions")
                    .effect("what was cut is gone for both versions, without any error")
                    .remedy(
                            "look for values that do not fit first; a new column beside the old one keeps the way back open")
                    .manual("sql-altertable.html"),
            entry("backfill-before-trigger", DATA_DRIFT, "A backfill before the trigger that keeps values in step")
                    .command("create (or replace )?(constraint )?trigger")
                    .what("a trigger acts on rows that are written after it was committed")
                    .since("all versions")
                    .effect("rows written between the backfill and the trigger are never filled")
                    .remedy(
                            "make the trigger that keeps both in step first, then backfill only rows that are not filled yet")
                    .manual("plpgsql-trigger.html"),
            entry("backfill-overwrites", DATA_DRIFT, "A backfill that overwrites newer values")
                    .command("\\b(update|insert|merge)\\b")
                    .what(
                            "UPDATE takes what stands in the row, whoever wrote it last, or what the migration has read before")
                    .since("all versions")
                    .effect("what the new version has written already is undone, without any error")
                    .remedy(
                            "make the trigger that keeps both in step first, then backfill only rows that are not filled yet")
                    .manual("sql-update.html"));

    private Drifts() {}
}
