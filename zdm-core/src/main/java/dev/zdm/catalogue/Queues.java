package dev.zdm.catalogue;

import static dev.zdm.catalogue.Draft.entry;
import static dev.zdm.verdict.Hazard.LOCK_QUEUE;
import static dev.zdm.verdict.Hazard.LOCK_WAIT;

import dev.zdm.catalogue.Draft.Known;
import java.util.List;

/** What is over at once, unless somebody is in the way. */
final class Queues {
    private static final String SINCE = "all versions; lock_timeout since 9.3";
    private static final String RETRY =
            "SET lock_timeout to less than the application can wait, and retry until the lock is free,"
                    + " as @Migrate(lockTimeoutMillis = 50) and RetryingRunner do (docs/lock-timeouts.md)";

    static final List<Known> ALL = List.of(
            entry("drop-index", LOCK_QUEUE, "DROP INDEX without CONCURRENTLY")
                    .command("drop index (?!concurrently)")
                    .what(
                            "the table is locked ACCESS EXCLUSIVE: briefly, but first it waits for everyone who uses the table")
                    .since("all versions; CONCURRENTLY since 9.2")
                    .effect("behind a long report nobody can read or write the table")
                    .remedy("DROP INDEX CONCURRENTLY, outside of a transaction")
                    .manual("sql-dropindex.html"),
            entry("detach-partition", LOCK_QUEUE, "DETACH PARTITION without CONCURRENTLY")
                    .command("detach partition (?!.*\\bconcurrently\\b)")
                    .what(
                            "the partitioned table is locked ACCESS EXCLUSIVE: briefly, but first it waits for everyone who"
                                    + " uses it")
                    .since("10 and later; CONCURRENTLY since 14")
                    .effect("behind a long report nobody can read or write any partition through the table")
                    .remedy("DETACH PARTITION … CONCURRENTLY, outside of a transaction")
                    .manual("sql-altertable.html#SQL-ALTERTABLE-DETACH-PARTITION"),
            entry("create-partition", LOCK_QUEUE, "A partition created in place")
                    .command("create table .*partition of")
                    .what(
                            "CREATE TABLE … PARTITION OF locks the partitioned table ACCESS EXCLUSIVE; ATTACH PARTITION takes"
                                    + " SHARE UPDATE EXCLUSIVE only")
                    .since("12 and later")
                    .effect("behind a long report nobody can read or write any partition through the table")
                    .remedy("CREATE TABLE … (LIKE … INCLUDING ALL), then ATTACH PARTITION")
                    .manual("ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE"),
            entry("create-table-references", LOCK_QUEUE, "A new table that refers to a busy one")
                    .command("create table .*\\breferences\\b")
                    .what(
                            "each referenced table is locked SHARE ROW EXCLUSIVE, for the triggers of the foreign key, after"
                                    + " waiting for everyone who writes to it")
                    .since(SINCE)
                    .effect("behind a long transaction that has written to it nobody else can write")
                    .remedy(RETRY + "; one foreign key per transaction")
                    .manual("sql-createtable.html"),
            entry("create-trigger", LOCK_QUEUE, "A trigger created, enabled or disabled")
                    .also(LOCK_WAIT)
                    .command("(create (or replace )?(constraint )?trigger|(enable|disable) (replica |always )?trigger)")
                    .what(
                            "the table is locked SHARE ROW EXCLUSIVE: briefly, but first it waits for everyone who writes to"
                                    + " it")
                    .since(SINCE)
                    .effect("behind a long transaction that has written to it nobody else can write")
                    .remedy(RETRY + "; create the trigger in a transaction of its own, without the backfill")
                    .manual("sql-createtrigger.html"),
            entry("drop-referencing-table", LOCK_QUEUE, "A table with foreign keys dropped")
                    .command("drop (table|constraint)")
                    .what(
                            "dropping a foreign key, or a table that has one, locks the referenced table ACCESS EXCLUSIVE too")
                    .since(SINCE)
                    .effect("behind a long report on the referenced table nobody can read or write that one")
                    .remedy(RETRY + "; drop the foreign keys first, one per transaction")
                    .manual("sql-droptable.html"),
            entry("replace-view", LOCK_QUEUE, "A view replaced")
                    .command("create or replace (recursive )?view|(alter|drop) view")
                    .what("the view is locked ACCESS EXCLUSIVE: briefly, but first it waits for everyone who reads it")
                    .since(SINCE)
                    .effect("behind a long report on the view all its readers wait")
                    .remedy(RETRY + "; or create a view of another name and let the application move over")
                    .manual("sql-createview.html"),
            entry("no-lock-timeout", LOCK_QUEUE, "No lock_timeout, or too long a one")
                    .what(
                            "the statement waits for the transactions that are in its way, and everyone who comes after it"
                                    + " waits behind it; statement_timeout ends it, but counts in minutes")
                    .since(SINCE)
                    .effect("a statement of two milliseconds stops the application for as long as a report takes")
                    .remedy(RETRY)
                    .manual("runtime-config-client.html#GUC-LOCK-TIMEOUT"),
            entry("transaction-kept-open", LOCK_WAIT, "A transaction kept open after a strong lock")
                    .what("locks are kept until the transaction ends, whatever it does meanwhile")
                    .since("all versions; transaction_timeout since 17")
                    .effect("the application waits for work that has nothing to do with its tables")
                    .remedy("do the slow part before the lock or in another transaction; commit after each statement")
                    .manual("explicit-locking.html#LOCKING-TABLES"));

    private Queues() {}
}
