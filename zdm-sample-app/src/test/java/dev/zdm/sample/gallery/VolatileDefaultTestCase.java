package dev.zdm.sample.gallery;

import dev.zdm.junit.Invariant;
import dev.zdm.junit.Migrate;
import dev.zdm.junit.Phase;
import dev.zdm.plan.Backfill;
import dev.zdm.plan.Change;

/** A default that differs from row to row has to be written into every row at once. */
final class VolatileDefaultTestCase {
    @CustomerMigration
    static class Bad {
        @Phase("expand")
        @Migrate(sql = "alter table customer add column token uuid not null default gen_random_uuid()")
        void writes_a_token_into_every_row() {}
    }

    @CustomerMigration
    static class Good {
        @Invariant(from = "backfill")
        static final String EVERYBODY_HAS_A_TOKEN = "select id from customer where token is null";

        @Phase("expand")
        @Migrate(
                sql = {
                    "select lock_patiently('customer')",
                    "alter table customer add column token uuid",
                    "alter table customer alter column token set default gen_random_uuid()"
                })
        void gives_new_rows_a_token() {}

        @Phase("backfill")
        @Migrate(method = "tokens")
        void gives_the_other_rows_one_in_batches() {}

        static Change tokens() {
            return Backfill.over(
                            "customer",
                            "id",
                            "update customer set token = gen_random_uuid()"
                                    + " where id >= :from and id < :to and token is null")
                    .inBatchesOf(100);
        }
    }
}
