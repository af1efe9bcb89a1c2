package dev.zdm.sample.gallery;

import dev.zdm.junit.Invariant;
import dev.zdm.junit.Migrate;
import dev.zdm.junit.Phase;
import dev.zdm.plan.Backfill;
import dev.zdm.plan.Change;

/** A rename takes a name away from those who still use it. */
final class RenamedColumnTestCase {
    @CustomerMigration
    static class Bad {
        @Phase("expand")
        @Migrate(sql = "alter table customer rename column full_name to name")
        void renames_a_column_that_the_old_release_reads() {}
    }

    @CustomerMigration
    static class Good {
        @Invariant(from = "backfill")
        static final String BOTH_SAY_THE_SAME = "select id from customer where name is distinct from full_name";

        private static final String IN_STEP = """
                create function customer_name_in_step() returns trigger language plpgsql as $$
                begin
                    if new.name is distinct from old.name then
                        new.full_name := new.name;
                    else
                        new.name := new.full_name;
                    end if;
                    return new;
                end
                $$""";

        @Phase("expand")
        @Migrate(
                sql = {
                    IN_STEP,
                    "select lock_patiently('customer')",
                    "alter table customer add column name text",
                    "create trigger customer_name_in_step before insert or update on customer"
                            + " for each row execute function customer_name_in_step()"
                })
        void adds_a_second_name_for_the_column() {}

        @Phase("backfill")
        @Migrate(method = "names")
        void fills_it_in_batches() {}

        static Change names() {
            return Backfill.over(
                            "customer",
                            "id",
                            "update customer set name = full_name where id >= :from and id < :to and name is null")
                    .inBatchesOf(100);
        }
    }
}
