package dev.zdm.sample.gallery;

import dev.zdm.junit.Invariant;
import dev.zdm.junit.Migrate;
import dev.zdm.junit.Phase;
import dev.zdm.plan.Backfill;
import dev.zdm.plan.Change;

/**
 * Names that were split beforehand are out of date when they are written, if the customer was renamed in between.
 *
 * <p>The trigger has filled the names of such a customer, so one more condition makes the difference.
 */
final class StaleBackfillTestCase {
    private static final String SPLIT_NAMES = """
            create function customer_split_names() returns trigger language plpgsql as $$
            begin
                new.first_name := split_part(new.full_name, ' ', 1);
                new.last_name := substring(new.full_name from ' (.*)$');
                return new;
            end
            $$""";

    private static final String ON_EVERY_RENAME = """
            create trigger customer_split_names before insert or update of full_name on customer
                for each row execute function customer_split_names()""";

    private static final String WORK_OUT = """
            create table customer_names as
            select id, split_part(full_name, ' ', 1) as first_name, substring(full_name from ' (.*)$') as last_name
            from customer""";

    private static final String WRITE_DOWN = """
            update customer c
            set first_name = n.first_name, last_name = n.last_name
            from customer_names n
            where n.id = c.id and c.id >= :from and c.id < :to""";

    @CustomerMigration
    static class Bad extends Names {
        @Override
        Change names() {
            return Backfill.over("customer", "id", WRITE_DOWN).inBatchesOf(100);
        }
    }

    @CustomerMigration
    static class Good extends Names {
        @Override
        Change names() {
            return Backfill.over("customer", "id", WRITE_DOWN + " and c.first_name is null")
                    .inBatchesOf(100);
        }
    }

    abstract static class Names {
        @Invariant(from = "backfill")
        static final String NAMES_AGREE =
                "select id from customer where full_name is distinct from concat_ws(' ', first_name, last_name)";

        @Phase("expand")
        @Migrate(
                sql = {
                    SPLIT_NAMES,
                    "select lock_patiently('customer')",
                    "alter table customer add column first_name text, add column last_name text",
                    ON_EVERY_RENAME
                })
        void splits_every_new_name() {}

        @Phase("work out")
        @Migrate(sql = {WORK_OUT, "alter table customer_names add primary key (id)"})
        void splits_the_other_names_into_a_table_of_their_own() {}

        @Phase("backfill")
        @Migrate(method = "names")
        void copies_them_in_batches() {}

        abstract Change names();
    }
}
