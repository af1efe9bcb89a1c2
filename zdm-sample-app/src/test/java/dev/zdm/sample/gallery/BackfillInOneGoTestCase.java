package dev.zdm.sample.gallery;

import dev.zdm.junit.Migrate;
import dev.zdm.junit.Phase;
import dev.zdm.junit.ZeroDowntimeMigration;
import dev.zdm.plan.Backfill;
import dev.zdm.plan.Change;
import dev.zdm.sample.CustomersV1;
import dev.zdm.sample.CustomersV2;
import dev.zdm.sample.v2.NameBackfill;

/** An update of all rows holds every row until the last one is done. */
final class BackfillInOneGoTestCase {
    @ZeroDowntimeMigration(
            from = "1",
            to = "2",
            oldVersion = CustomersV1.class,
            newVersion = CustomersV2.class,
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

    @ZeroDowntimeMigration(
            from = "1",
            to = "2",
            oldVersion = CustomersV1.class,
            newVersion = CustomersV2.class,
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
