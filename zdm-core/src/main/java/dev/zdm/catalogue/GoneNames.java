package dev.zdm.catalogue;

import static dev.zdm.catalogue.Draft.entry;
import static dev.zdm.verdict.Hazard.NEW_APP_ERROR;
import static dev.zdm.verdict.Hazard.OLD_APP_ERROR;

import dev.zdm.catalogue.Draft.Known;
import java.util.List;

/** What the application names and no longer finds. */
final class GoneNames {
    private static final String SINCE = "all versions";
    private static final String[] NAMES = {"42703", "42P01", "42704", "42883", "42P10", "3F000"};
    private static final String LATER =
            "first a release that does without it; drop it when no session of an older release is left";

    static final List<Known> ALL = List.of(
            entry("drop-cascade", OLD_APP_ERROR, "DROP … CASCADE")
                    .also(NEW_APP_ERROR)
                    .command("\\bdrop\\b.*\\bcascade\\b")
                    .sqlState(NAMES)
                    .what(
                            "everything that depends on what is dropped goes with it: views, foreign keys, defaults, functions")
                    .since(SINCE)
                    .effect("queries fail with 42P01 that never named what was dropped")
                    .remedy("DROP without CASCADE, after what depends on it has been dropped or replaced by name")
                    .manual("ddl-depend.html"),
            entry("unique-index-dropped", OLD_APP_ERROR, "The unique index behind an upsert dropped")
                    .also(NEW_APP_ERROR)
                    .sqlState("42P10")
                    .what(
                            "ON CONFLICT (columns) needs a unique index of exactly these columns; dropping it, its constraint or"
                                    + " one of its columns takes that away")
                    .since("9.5 and later")
                    .effect("every upsert fails with 42P10")
                    .remedy("keep the index until no version upserts by it; build its successor CONCURRENTLY before")
                    .manual("sql-insert.html#SQL-ON-CONFLICT"),
            entry("rename-column", OLD_APP_ERROR, "A column renamed")
                    .command("rename (column )?(?!to\\b|constraint\\b|value\\b|attribute\\b)\\S+ to")
                    .sqlState("42703")
                    .what("the old name is gone in the moment of the commit")
                    .since(SINCE)
                    .effect("every statement of the old version that names the column fails with 42703")
                    .remedy(
                            "add a new column that a trigger keeps in step, backfill it, let the application move over, drop"
                                    + " the old one last; or keep the name")
                    .manual("sql-altertable.html"),
            entry("rename-table", OLD_APP_ERROR, "A table, view or sequence renamed or moved")
                    .command("\\b(rename to|set schema)\\b")
                    .sqlState("42P01", "3F000")
                    .what("the old name is gone in the moment of the commit")
                    .since(SINCE)
                    .effect("every statement of the old version that names it fails with 42P01")
                    .remedy(
                            "in the same transaction create a view of the old name (simple views can be written to), and drop"
                                    + " it when no session of the old version is left")
                    .manual("sql-altertable.html"),
            entry("rename-type", OLD_APP_ERROR, "A type, constraint or enum value renamed")
                    .command("\\b(rename value|rename to|rename constraint|set schema)\\b")
                    .sqlState("42704", "22P02")
                    .what("casts, ON CONFLICT ON CONSTRAINT and enum literals are looked up by name when a statement is"
                            + " parsed")
                    .since("all versions; RENAME VALUE since 10")
                    .effect("statements of the old version fail with 42704, or 22P02 for an enum value")
                    .remedy(
                            "keep the name; or add a new value, type or constraint beside the old one and drop that last")
                    .manual("sql-altertype.html"),
            entry("drop-column", OLD_APP_ERROR, "A column dropped that is still read or written")
                    .command("drop (column )?")
                    .sqlState("42703")
                    .what("the name is gone in the moment of the commit, for triggers and functions too")
                    .since(SINCE)
                    .effect("every statement that names the column fails with 42703")
                    .remedy("expand first, contract last: " + LATER)
                    .manual("sql-altertable.html"),
            entry("recreated-view", OLD_APP_ERROR, "A view dropped and created again")
                    .also(NEW_APP_ERROR)
                    .command("(drop|create) (materialized )?view")
                    .sqlState("42P01")
                    .what("between the two statements there is no view")
                    .since(SINCE)
                    .effect("queries in between fail with 42P01")
                    .remedy("CREATE OR REPLACE VIEW, or both statements in one transaction under a lock_timeout")
                    .manual("sql-createview.html"),
            entry("drop-table", OLD_APP_ERROR, "A table, view, sequence or schema dropped that is still used")
                    .command("\\bdrop (table|view|materialized view|sequence|schema)\\b")
                    .sqlState("42P01", "3F000")
                    .what("the name is gone in the moment of the commit")
                    .since(SINCE)
                    .effect("every statement that names it fails with 42P01")
                    .remedy("expand first, contract last: " + LATER)
                    .manual("sql-droptable.html"),
            entry("drop-function", OLD_APP_ERROR, "A function dropped that is still called")
                    .command("\\bdrop (function|procedure|routine|operator|extension|type)\\b")
                    .sqlState("42883", "42704")
                    .what(
                            "functions are looked up by name and argument types when a statement is parsed; what other functions"
                                    + " call in their bodies is not tracked at all")
                    .since(SINCE)
                    .effect("every statement that calls it fails with 42883")
                    .remedy("CREATE OR REPLACE with the same arguments; for others a new function beside it, and "
                            + LATER)
                    .manual("sql-dropfunction.html"));

    private GoneNames() {}
}
