package dev.zdm.catalogue;

import static dev.zdm.catalogue.Draft.entry;
import static dev.zdm.verdict.Hazard.ACCESS_EXCLUSIVE_SCAN;
import static dev.zdm.verdict.Hazard.LOCK_WAIT;
import static dev.zdm.verdict.Hazard.TABLE_REWRITE;

import dev.zdm.catalogue.Draft.Known;
import java.util.List;

/** What gives a table a new file. */
final class Rewrites {
    private static final String NOTES = "sql-altertable.html#SQL-ALTERTABLE-NOTES";

    static final List<Known> ALL = List.of(
            entry("vacuum-full", TABLE_REWRITE, "VACUUM FULL")
                    .also(ACCESS_EXCLUSIVE_SCAN, LOCK_WAIT)
                    .command("^vacuum\\b.*\\bfull\\b")
                    .what("VACUUM FULL writes the whole table to a new file under ACCESS EXCLUSIVE")
                    .since("all versions; from 19 on, see REPACK")
                    .effect("no read and no write until the table and its indexes are copied")
                    .remedy("plain VACUUM, which locks nobody out; to give space back use pg_repack or a like tool")
                    .manual("sql-vacuum.html"),
            entry("cluster", TABLE_REWRITE, "CLUSTER")
                    .also(ACCESS_EXCLUSIVE_SCAN, LOCK_WAIT)
                    .command("^cluster\\b")
                    .what(
                            "CLUSTER writes the whole table in the order of an index to a new file under ACCESS EXCLUSIVE")
                    .since("all versions; from 19 on, see REPACK")
                    .effect("no read and no write until the table and its indexes are copied")
                    .remedy("an index that holds the columns that are read together, built CONCURRENTLY; or pg_repack")
                    .manual("sql-cluster.html"),
            entry("refresh-materialized-view", TABLE_REWRITE, "REFRESH MATERIALIZED VIEW without CONCURRENTLY")
                    .also(ACCESS_EXCLUSIVE_SCAN, LOCK_WAIT)
                    .command("refresh materialized view (?!concurrently)")
                    .what("REFRESH runs the whole query and fills a new file under ACCESS EXCLUSIVE on the view")
                    .since("all versions; CONCURRENTLY since 9.4")
                    .effect("readers of the view wait for as long as its query takes")
                    .remedy("a unique index on the view, and REFRESH MATERIALIZED VIEW CONCURRENTLY")
                    .manual("sql-refreshmaterializedview.html"),
            entry("set-unlogged", TABLE_REWRITE, "SET UNLOGGED or SET LOGGED")
                    .also(LOCK_WAIT)
                    .command("set (un)?logged\\b")
                    .what("the table and its indexes are copied to new files under ACCESS EXCLUSIVE")
                    .since("all versions since 9.5, when it became possible")
                    .effect("no read and no write until the copy is done")
                    .remedy(
                            "decide when the table is created; otherwise a new table, filled in batches and kept in step"
                                    + " by a trigger")
                    .manual(NOTES),
            entry("set-access-method", TABLE_REWRITE, "SET ACCESS METHOD or SET TABLESPACE")
                    .also(LOCK_WAIT)
                    .command("set (access method|tablespace)\\b")
                    .what("the table is copied to a new file, or to another disk, under ACCESS EXCLUSIVE")
                    .since("all versions; SET ACCESS METHOD since 15")
                    .effect("no read and no write until the copy is done")
                    .remedy("a new table in the right place, filled in batches and kept in step by a trigger")
                    .manual(NOTES),
            entry("stored-generated-column", TABLE_REWRITE, "A stored generated column added")
                    .also(LOCK_WAIT)
                    .command("generated always as \\(")
                    .what("the value of every row is computed and stored in a rewrite under ACCESS EXCLUSIVE")
                    .since("since 12, when they became possible; VIRTUAL, which needs no rewrite, since 18")
                    .effect("no read and no write until every row is written")
                    .remedy(
                            "a VIRTUAL generated column (18), or a plain column that a trigger fills, with a backfill in"
                                    + " batches")
                    .manual("ddl-generated-columns.html"),
            entry("serial-column", TABLE_REWRITE, "A serial or identity column added")
                    .also(LOCK_WAIT)
                    .command("add (column )?.*(serial\\b|\\bas identity\\b|\\bnextval\\b)")
                    .what("every row gets a number of the sequence in a rewrite under ACCESS EXCLUSIVE")
                    .since("all versions")
                    .effect("no read and no write until every row is written")
                    .remedy(
                            "add the column without a default, SET DEFAULT nextval of a sequence for new rows, number the"
                                    + " old rows in batches")
                    .manual("datatype-numeric.html#DATATYPE-SERIAL"),
            entry("enum-type-replaced", TABLE_REWRITE, "An enum type replaced by another one")
                    .also(LOCK_WAIT)
                    .command("type (\\S+) using .*::text::")
                    .what(
                            "an enum is stored by the number of its value, so each row is rewritten under ACCESS EXCLUSIVE")
                    .since("all versions; PostgreSQL cannot remove a value from an enum type")
                    .effect("no read and no write until every row and every index is written")
                    .remedy("keep the value in the type and forbid it by a CHECK that is added NOT VALID and validated"
                            + " afterwards")
                    .manual("datatype-enum.html"),
            entry("timestamptz-under-time-zone", TABLE_REWRITE, "timestamp turned into timestamptz under a time zone")
                    .also(LOCK_WAIT)
                    .command("type (timestamptz|timestamp(\\(\\d\\))? with time zone|timestamp\\b)")
                    .what(
                            "values are shifted by the session's TimeZone, in a rewrite under ACCESS EXCLUSIVE; only where the"
                                    + " zone is UTC do the stored values stay as they are")
                    .since("12 and later spare the rewrite under UTC")
                    .effect("no read and no write until every row and every index is written")
                    .remedy(
                            "SET timezone = 'UTC' in the migration if the values are in UTC; otherwise a new column that a"
                                    + " trigger fills, with a backfill in batches")
                    .manual(NOTES),
            entry("column-type", TABLE_REWRITE, "The type of a column changed")
                    .command("alter (column )?(\\S+) (set data )?type ")
                    .what("unless the stored bytes mean the same in the new type, every row is rewritten under ACCESS"
                            + " EXCLUSIVE")
                    .since("all versions; free are varchar made wider or text, numeric of the same scale made wider,"
                            + " timestamp of more digits")
                    .effect("no read and no write until every row and every index is written")
                    .remedy(
                            "a new column of the new type that a trigger keeps in step, a backfill in batches, then let the"
                                    + " application move over")
                    .manual(NOTES),
            entry("volatile-default", TABLE_REWRITE, "A column added with a volatile default")
                    .command("add (column )?.*\\bdefault\\b")
                    .what(
                            "a default that may differ from row to row is computed for each of them in a rewrite under ACCESS"
                                    + " EXCLUSIVE; a constant, or now(), is stored once for all rows")
                    .since("11 and later; before 11 any default but NULL rewrote the table")
                    .effect("no read and no write until every row is written")
                    .remedy("add the column without a default, set the default, backfill in batches")
                    .manual(NOTES),
            entry("constrained-domain-column", TABLE_REWRITE, "A column of a constrained domain added")
                    .command("add (column )?")
                    .what("the constraint of the domain is checked row by row in a rewrite under ACCESS EXCLUSIVE, even"
                            + " where every value is NULL")
                    .since("all versions up to 18")
                    .effect("no read and no write until every row is written")
                    .remedy("a column of the base type, with the rule as a CHECK that is added NOT VALID and validated"
                            + " afterwards")
                    .manual("sql-createdomain.html"));

    private Rewrites() {}
}
