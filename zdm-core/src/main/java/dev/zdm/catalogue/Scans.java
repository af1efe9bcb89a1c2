package dev.zdm.catalogue;

import static dev.zdm.catalogue.Draft.entry;
import static dev.zdm.verdict.Hazard.ACCESS_EXCLUSIVE_SCAN;
import static dev.zdm.verdict.Hazard.LOCK_QUEUE;
import static dev.zdm.verdict.Hazard.LOCK_WAIT;
import static dev.zdm.verdict.Hazard.WRITE_BLOCK;

import dev.zdm.catalogue.Draft.Known;
import dev.zdm.verdict.Finding;
import dev.zdm.verdict.WorkedUnderLock;
import java.util.List;

/** What reads a table, or builds an index, while readers and writers are locked out. */
final class Scans {
    private static final String ALTER_TABLE = "sql-altertable.html";

    static final List<Known> ALL = List.of(
            entry("lock-table", LOCK_WAIT, "An explicit LOCK TABLE")
                    .also(LOCK_QUEUE, ACCESS_EXCLUSIVE_SCAN, WRITE_BLOCK)
                    .command("\\block (table )?\\S+ in\\b")
                    .what(
                            "the named lock, ACCESS EXCLUSIVE unless another is named, is held until the transaction ends")
                    .since("all versions")
                    .effect("whoever needs a lock that conflicts with it waits for the whole rest of the transaction")
                    .remedy(
                            "lock rows instead (SELECT … FOR UPDATE in batches), or do in the transaction nothing but what"
                                    + " needs the lock, under a lock_timeout")
                    .manual("sql-lock.html"),
            entry("validate-in-same-transaction", ACCESS_EXCLUSIVE_SCAN, "NOT VALID and VALIDATE in one transaction")
                    .also(WRITE_BLOCK, LOCK_WAIT)
                    .command("validate constraint")
                    .what(
                            "VALIDATE itself lets readers and writers through, but ADD CONSTRAINT before it took a stronger"
                                    + " lock, which is held until the transaction ends")
                    .since("all versions")
                    .effect("the scan of VALIDATE locks the application out after all")
                    .remedy("commit after ADD CONSTRAINT … NOT VALID, and VALIDATE in a transaction of its own")
                    .manual("sql-altertable.html#SQL-ALTERTABLE-NOTES"),
            entry("locks-add-up", ACCESS_EXCLUSIVE_SCAN, "More work while a strong lock is held")
                    .also(WRITE_BLOCK)
                    .command(
                            "^(create (unique )?index|create table (?!.*partition of)|update|delete|insert|select|with|copy|merge|do|call)\\b")
                    .when(Scans::underAnotherStatementsLock)
                    .what("a transaction keeps every lock until it ends: what a quick ALTER or LOCK TABLE locked stays"
                            + " locked during all statements after it")
                    .since("all versions")
                    .effect("the application waits for statements that would have blocked nobody on their own")
                    .remedy("one statement per transaction, or the strong lock last")
                    .manual("explicit-locking.html#LOCKING-TABLES"),
            entry("primary-key-nullable-column", ACCESS_EXCLUSIVE_SCAN, "A primary key on a column that may be NULL")
                    .also(LOCK_WAIT)
                    .command("primary key using index")
                    .what(
                            "a primary key makes its columns NOT NULL, and reads all rows under ACCESS EXCLUSIVE to prove it,"
                                    + " even where the index is there already")
                    .since("all versions; since 12 a valid CHECK (… IS NOT NULL) is proof enough")
                    .effect("no read and no write during the scan")
                    .remedy(
                            "prove it first: CHECK (… IS NOT NULL) NOT VALID, VALIDATE; then ADD PRIMARY KEY USING INDEX")
                    .manual(ALTER_TABLE),
            entry("unique-constraint", ACCESS_EXCLUSIVE_SCAN, "A unique or primary key constraint not through an index")
                    .also(LOCK_WAIT)
                    .command("(add (constraint \\S+ )?|add (column )?.*)(unique|primary key)\\b(?! using index)")
                    .what("ADD UNIQUE and ADD PRIMARY KEY build their index under ACCESS EXCLUSIVE")
                    .since("all versions; USING INDEX since 9.1")
                    .effect("no read and no write until the index is built")
                    .remedy("CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT … UNIQUE USING INDEX")
                    .manual(ALTER_TABLE),
            entry("exclude-constraint", ACCESS_EXCLUSIVE_SCAN, "An exclusion constraint on a filled table")
                    .also(LOCK_WAIT)
                    .command("\\bexclude\\b")
                    .what(
                            "the index of the constraint is built, and every row checked, under ACCESS EXCLUSIVE; there is no"
                                    + " NOT VALID and no USING INDEX for it")
                    .since("all versions")
                    .effect("no read and no write until the index is built")
                    .remedy(
                            "a new table that has the constraint from the start, filled in batches and kept in step by a"
                                    + " trigger")
                    .manual("sql-createtable.html"),
            entry("set-not-null", ACCESS_EXCLUSIVE_SCAN, "SET NOT NULL without proof")
                    .also(LOCK_WAIT)
                    .command("set not null")
                    .what("all rows are read under ACCESS EXCLUSIVE to prove that none is NULL")
                    .since(
                            "all versions; since 12 a valid CHECK is proof enough; since 18 ADD CONSTRAINT … NOT NULL … NOT"
                                    + " VALID")
                    .effect("no read and no write during the scan")
                    .remedy("CHECK (… IS NOT NULL) NOT VALID, VALIDATE, then SET NOT NULL, then drop the CHECK")
                    .manual("sql-altertable.html#SQL-ALTERTABLE-DESC-SET-DROP-NOT-NULL"),
            entry(
                            "attach-partition-default",
                            ACCESS_EXCLUSIVE_SCAN,
                            "A partition made while a DEFAULT partition has rows")
                    .also(LOCK_WAIT)
                    .command("partition of")
                    .what("the DEFAULT partition is read under ACCESS EXCLUSIVE: it might hold rows of the new range")
                    .since("11 and later, when DEFAULT partitions became possible")
                    .effect("no read and no write of rows in the DEFAULT partition during the scan")
                    .remedy("first a validated CHECK on the DEFAULT partition that excludes the new range; then ATTACH")
                    .manual("ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE"),
            entry("attach-partition", ACCESS_EXCLUSIVE_SCAN, "ATTACH PARTITION without a matching CHECK")
                    .also(LOCK_WAIT)
                    .command("attach partition")
                    .what("the table that is attached, and the DEFAULT partition if there is one, are read under ACCESS"
                            + " EXCLUSIVE to prove that their rows belong there")
                    .since("10 and later; since 12 the partitioned table itself stays open for reads and writes")
                    .effect("no read and no write of the table during the scan")
                    .remedy(
                            "first a CHECK that says the same as the bounds, NOT NULL included, NOT VALID and VALIDATE; then"
                                    + " ATTACH; then drop the CHECK")
                    .manual("ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE"),
            entry(
                            "type-change-checks-again",
                            ACCESS_EXCLUSIVE_SCAN,
                            "A harmless type change that checks constraints again")
                    .also(LOCK_WAIT)
                    .command("alter (column )?(\\S+) (set data )?type ")
                    .what(
                            "no row is rewritten, but every CHECK on the column is verified again, and an index of another"
                                    + " collation or operator class is built anew, under ACCESS EXCLUSIVE")
                    .since("all versions")
                    .effect("no read and no write during the scan")
                    .remedy(
                            "drop the CHECK, change the type, add the CHECK again NOT VALID and VALIDATE it; for a collation"
                                    + " use a new column")
                    .manual("sql-altertable.html#SQL-ALTERTABLE-NOTES"),
            entry("check-constraint", ACCESS_EXCLUSIVE_SCAN, "A CHECK or NOT NULL added without NOT VALID")
                    .also(LOCK_WAIT)
                    .command("add .*(\\bcheck\\b|\\bnot null\\b)")
                    .what("ADD CONSTRAINT … CHECK reads all rows under ACCESS EXCLUSIVE")
                    .since("all versions; NOT VALID since 9.2")
                    .effect("no read and no write during the scan")
                    .remedy("ADD CONSTRAINT … NOT VALID, and VALIDATE CONSTRAINT in a transaction of its own")
                    .manual("sql-altertable.html#SQL-ALTERTABLE-NOTES"));

    private Scans() {}

    private static boolean underAnotherStatementsLock(Finding finding) {
        return finding instanceof WorkedUnderLock worked
                && !worked.lockedBy().equals(worked.footprint().statement());
    }
}
