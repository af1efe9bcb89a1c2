package dev.zdm.sample.gallery;

import dev.zdm.junit.Migrate;
import dev.zdm.junit.Phase;
import dev.zdm.junit.ProductionSize;

/** A check that is quick on any small table: whether it may be added this way depends on the size in production. */
final class ProductionSizeTestCase {
    @CustomerMigration
    @ProductionSize(table = "customer", rows = 40_000_000)
    static class Bad {
        @Phase("expand")
        @Migrate(sql = "alter table customer add constraint named check (full_name <> '')")
        void reads_40_million_rows_while_nobody_can_read_or_write() {}
    }

    @CustomerMigration
    @ProductionSize(table = "customer", rows = 25_000)
    static class Good {
        @Phase("expand")
        @Migrate(sql = "alter table customer add constraint named check (full_name <> '')")
        void reads_25_thousand_rows_in_a_few_milliseconds() {}
    }
}
