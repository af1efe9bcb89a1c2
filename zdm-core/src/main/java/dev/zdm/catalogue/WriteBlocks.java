package dev.zdm.catalogue;

import static dev.zdm.catalogue.Draft.entry;
import static dev.zdm.verdict.Hazard.ACCESS_EXCLUSIVE_SCAN;
import static dev.zdm.verdict.Hazard.LOCK_WAIT;
import static dev.zdm.verdict.Hazard.WRITE_BLOCK;

import dev.zdm.catalogue.Draft.Known;
import dev.zdm.verdict.Finding;
import dev.zdm.verdict.WorkedUnderLock;
import java.util.List;

/** What works long while writers are locked out. */
final class WriteBlocks {
    private static final String INDEX = "create (unique )?index (?!concurrently)";

    static final List<Known> ALL = List.of(
            entry("reindex", WRITE_BLOCK, "REINDEX without CONCURRENTLY")
                    .also(ACCESS_EXCLUSIVE_SCAN, LOCK_WAIT)
                    .command("^reindex (?!.*\\bconcurrently\\b)")
                    .what(
                            "the table is locked SHARE and the index ACCESS EXCLUSIVE while it is built anew; planning any"
                                    + " query of the table needs the index")
                    .since("all versions; CONCURRENTLY since 12")
                    .effect("writers wait, and so do readers whose plan is not ready, until the index is built")
                    .remedy("REINDEX … CONCURRENTLY, outside of a transaction")
                    .manual("sql-reindex.html#SQL-REINDEX-CONCURRENTLY"),
            entry("create-index-partitioned", WRITE_BLOCK, "An index built on a partitioned table")
                    .also(LOCK_WAIT)
                    .command(INDEX)
                    .when(WriteBlocks::inAPartition)
                    .what(
                            "every partition is locked SHARE, and stays locked until the indexes of all of them are built;"
                                    + " CONCURRENTLY is not possible here")
                    .since("11 and later, when such indexes became possible")
                    .effect("every writer of any partition waits until the last index is built")
                    .remedy(
                            "CREATE INDEX ON ONLY the partitioned table, CREATE INDEX CONCURRENTLY on each partition, then"
                                    + " ALTER INDEX … ATTACH PARTITION")
                    .manual("ddl-partitioning.html#DDL-PARTITIONING-DECLARATIVE-MAINTENANCE"),
            entry("create-index", WRITE_BLOCK, "An index built without CONCURRENTLY")
                    .also(LOCK_WAIT)
                    .command(INDEX)
                    .what("the table is locked SHARE while all of it is read and the index is built")
                    .since("all versions; CONCURRENTLY since 8.2")
                    .effect("readers go on, every writer waits until the index is built")
                    .remedy("CREATE INDEX CONCURRENTLY, outside of a transaction")
                    .manual("sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY"),
            entry("foreign-key", WRITE_BLOCK, "A foreign key added without NOT VALID")
                    .also(LOCK_WAIT)
                    .command("add .*(foreign key|references)\\b")
                    .what("both tables are locked SHARE ROW EXCLUSIVE while every row looks for its parent")
                    .since("all versions; NOT VALID since 9.1")
                    .effect("no write to either table during the check; reads go on")
                    .remedy("ADD CONSTRAINT … NOT VALID, and VALIDATE CONSTRAINT in a transaction of its own")
                    .manual("sql-altertable.html#SQL-ALTERTABLE-NOTES"),
            entry("domain-constraint", WRITE_BLOCK, "A constraint added to a domain")
                    .also(LOCK_WAIT)
                    .command("alter domain .*(add|set not null|validate)\\b")
                    .what(
                            "every table with a column of the domain is locked SHARE and read; VALIDATE CONSTRAINT of a domain"
                                    + " takes the same lock")
                    .since("all versions")
                    .effect("no write to any of these tables during the scan; reads go on")
                    .remedy("the rule as a CHECK of each table, added NOT VALID and validated afterwards")
                    .manual("sql-alterdomain.html"),
            entry("mass-delete", WRITE_BLOCK, "A large part of a table deleted in one statement")
                    .also(LOCK_WAIT)
                    .command("\\bdelete from\\b")
                    .what("every deleted row stays locked until the transaction ends")
                    .since("all versions")
                    .effect("who writes one of the rows waits until all of them are deleted")
                    .remedy("delete in batches of a few hundred rows, each committed on its own; or detach a partition")
                    .manual("sql-delete.html"),
            entry("mass-update", WRITE_BLOCK, "A large part of a table updated in one statement")
                    .also(LOCK_WAIT)
                    .command("\\b(update|merge into)\\b")
                    .what("every updated row stays locked, and its old version on disk, until the transaction ends")
                    .since("all versions")
                    .effect("who writes one of the rows waits until all of them are updated")
                    .remedy("update in batches of a few hundred rows, each committed on its own")
                    .manual("explicit-locking.html#LOCKING-ROWS"));

    private WriteBlocks() {}

    private static boolean inAPartition(Finding finding) {
        return finding instanceof WorkedUnderLock worked
                && !worked.footprint()
                        .statement()
                        .text()
                        .contains(worked.work().relation().name());
    }
}
