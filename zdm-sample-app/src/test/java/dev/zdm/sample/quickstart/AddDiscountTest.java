package dev.zdm.sample.quickstart;

import dev.zdm.junit.EveryMigration;
import dev.zdm.junit.ZeroDowntimeMigration;

@ZeroDowntimeMigration(
        from = "1",
        locations = "classpath:quickstart",
        seed = "quickstart/seed.sql",
        oldVersion = OldShop.class,
        newVersion = NewShop.class)
class AddDiscountTest {
    @EveryMigration
    void is_zero_downtime() {}
}
