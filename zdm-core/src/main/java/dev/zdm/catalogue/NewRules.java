package dev.zdm.catalogue;

import static dev.zdm.catalogue.Draft.entry;
import static dev.zdm.verdict.Hazard.NEW_APP_ERROR;
import static dev.zdm.verdict.Hazard.OLD_APP_ERROR;

import dev.zdm.catalogue.Draft.Known;
import java.util.List;

/** What the application writes as before, and the schema no longer takes. */
final class NewRules {
    static final List<Known> ALL = List.of(
            entry("required-column", OLD_APP_ERROR, "A required column without a default")
                    .sqlState("23502")
                    .command("(add .*not null|drop default)")
                    .what(
                            "a column that an INSERT does not name gets its default; without one it gets NULL, which NOT NULL"
                                    + " refuses")
                    .since("all versions")
                    .effect("every INSERT of the old version fails with 23502")
                    .remedy("a default for the new column, kept until no session of the old version is left")
                    .manual("sql-altertable.html"),
            entry("set-not-null-under-writers", OLD_APP_ERROR, "NOT NULL set while NULL is still written")
                    .sqlState("23502", "23514")
                    .command("(?<!drop )not null")
                    .what("NOT NULL, and a CHECK that says the same, hold for new rows at once, NOT VALID or not")
                    .since("all versions")
                    .effect("writers of NULL fail with 23502 or 23514")
                    .remedy("first a release that writes a value, or a default that fills it in")
                    .manual("ddl-constraints.html#DDL-CONSTRAINTS-NOT-NULL"),
            entry("detached-partition", OLD_APP_ERROR, "A partition detached or dropped while rows for it arrive")
                    .also(NEW_APP_ERROR)
                    .sqlState("23514")
                    .command("(detach partition|drop table)")
                    .what("a row that no partition takes is refused")
                    .since("10 and later")
                    .effect("such INSERTs fail with 23514")
                    .remedy("detach when nothing writes to it any more; a DEFAULT partition takes what comes late")
                    .manual("ddl-partitioning.html"),
            entry("constraint-under-writers", OLD_APP_ERROR, "A rule that the old version breaks")
                    .sqlState("23514", "23503")
                    .what(
                            "CHECK and foreign key hold for new rows at once, NOT VALID or not; a foreign key also stops the"
                                    + " deletion of parents")
                    .since("all versions")
                    .effect("writers of the old version fail with 23514 or 23503")
                    .remedy("first a release that keeps the rule, then the constraint")
                    .manual("sql-altertable.html"),
            entry("sequence-behind", NEW_APP_ERROR, "A sequence behind the rows of its table")
                    .also(OLD_APP_ERROR)
                    .sqlState("23505")
                    .command("(insert into|copy |setval|alter sequence|\\brestart\\b|create table|create sequence)")
                    .what("rows that bring their own key do not move the sequence; it hands out keys that are taken")
                    .since("all versions")
                    .effect("INSERTs fail with 23505 until the sequence has passed the last key")
                    .remedy("setval to the highest key after the copy, before anybody inserts")
                    .manual("functions-sequence.html"),
            entry("unique-under-writers", OLD_APP_ERROR, "A unique rule that the old version breaks")
                    .sqlState("23505", "23P01")
                    .what(
                            "a unique index refuses duplicates from the moment on at which it is complete, a concurrent one even"
                                    + " before it is valid")
                    .since("all versions")
                    .effect("writers of duplicates fail with 23505")
                    .remedy("first a release that writes no duplicates or upserts, then the index")
                    .manual("index-unique-checks.html"),
            entry("sequence-overflow", NEW_APP_ERROR, "An integer key made bigint, its sequence forgotten")
                    .also(OLD_APP_ERROR)
                    .sqlState("2200H", "22003")
                    .what(
                            "ALTER COLUMN … TYPE bigint leaves the sequence of a serial column, and the columns that refer to"
                                    + " the key, at integer")
                    .since(
                            "10 and later, when sequences got a type; that of an identity column changes with the column")
                    .effect("at 2 147 483 647 every INSERT fails with 2200H, or 22003 in a column that refers to it")
                    .remedy("ALTER SEQUENCE … AS bigint too, and the columns that refer to the key first")
                    .manual("sql-altersequence.html"),
            entry("drop-not-null", OLD_APP_ERROR, "NULL allowed where the old version expects a value")
                    .sqlState("23502", "22004")
                    .command("drop not null")
                    .what("the new version may write NULL from then on, and the old version reads it")
                    .since("all versions")
                    .effect(
                            "the old version fails on what it reads, in its code or with 23502 where it copies the value")
                    .remedy(
                            "first a release that copes with NULL; write the first NULL when no session of an older one is"
                                    + " left")
                    .manual("ddl-constraints.html#DDL-CONSTRAINTS-NOT-NULL"),
            entry("broken-trigger", OLD_APP_ERROR, "A trigger function that fails")
                    .also(NEW_APP_ERROR)
                    .command("(create (or replace )?(constraint )?trigger|create (or replace )?function)")
                    .what(
                            "PL/pgSQL looks up names when a line is run for the first time, not when the function is created")
                    .since("all versions")
                    .effect(
                            "every write that fires the trigger fails: 42703 for a name that is not there, 54001 for triggers that set each"
                                    + " other off without end")
                    .remedy(
                            "write to the table once in the transaction that creates the trigger, and roll back if that fails")
                    .manual("plpgsql-trigger.html"));

    private NewRules() {}
}
