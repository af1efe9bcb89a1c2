package dev.zdm.sample.gallery;

import dev.zdm.junit.Migrate;
import dev.zdm.junit.Phase;
import dev.zdm.junit.ZeroDowntimeMigration;
import dev.zdm.plan.Backfill;
import dev.zdm.plan.Change;
import dev.zdm.sample.Customers;
import dev.zdm.sample.NameBackfill;
import dev.zdm.sample.OverRelease1;

/** An update of all rows holds every row until the last one is done. */
final class BackfillInOneGoTestCase {
    @OverRelease1
    @ZeroDowntimeMigration(
            from = "1",
            to = "2",
            oldVersion = Customers.class,
            newVersion = Customers.class,
            seed = "db/seed.sql",
            rows = 20_000)
    static class Bad {
        @Phase("expand")
        @Migrate(to = "2")
        void adds_columns_and_dual_write_trigger() {}

        @Phase("backfill")
        @Migrate(sql = """
                        update customer
                        set first_name = split_part(full_name, ' ', 1),
                            last_name = substring(full_name from ' (.*)$')
                        where first_name is null""")
        void fills_all_rows_in_one_transaction() {}
    }

    @OverRelease1
    @ZeroDowntimeMigration(
            from = "1",
            to = "2",
            oldVersion = Customers.class,
            newVersion = Customers.class,
            seed = "db/seed.sql",
            rows = 20_000)
    static class Good {
        @Phase("expand")
        @Migrate(to = "2")
        void adds_columns_and_dual_write_trigger() {}

        @Phase("backfill")
        @Migrate(method = "names_in_batches")
        void fills_in_batches() {}

        static Change names_in_batches() {
            return Backfill.over("customer", "id", NameBackfill.BATCH).inBatchesOf(100);
        }
    }
}
