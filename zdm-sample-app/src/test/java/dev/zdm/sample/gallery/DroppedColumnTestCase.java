package dev.zdm.sample.gallery;

import dev.zdm.junit.Migrate;
import dev.zdm.junit.Phase;
import dev.zdm.junit.Traffic;
import dev.zdm.junit.ZeroDowntimeMigration;
import dev.zdm.sample.Customers;
import dev.zdm.sample.OverRelease1;

/** The right migrations in the wrong order: the contract comes while the old release still gets a tenth of the load. */
final class DroppedColumnTestCase {
    @OverRelease1
    @ZeroDowntimeMigration(
            from = "2",
            oldVersion = Customers.class,
            newVersion = Customers.class,
            seed = "db/seed.sql",
            rows = 20_000)
    static class Bad {
        @Phase("contract")
        @Traffic(10)
        @Migrate(to = "3")
        void drops_a_column_that_the_old_release_reads() {}
    }

    @OverRelease1
    @ZeroDowntimeMigration(
            from = "2",
            oldVersion = Customers.class,
            newVersion = Customers.class,
            seed = "db/seed.sql",
            rows = 20_000)
    static class Good {
        @Phase("roll out")
        @Traffic({10, 0})
        void retires_the_old_release() {}

        @Phase("contract")
        @Migrate(to = "3")
        void drops_a_column_that_nobody_reads() {}
    }
}
