package dev.zdm.sample.gallery;

import dev.zdm.junit.ZeroDowntimeMigration;
import dev.zdm.sample.Customers;
import dev.zdm.sample.OverRelease1;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Rehearses with the sample's two releases and 20 000 customers. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@OverRelease1
@ZeroDowntimeMigration(
        from = "1",
        oldVersion = Customers.class,
        newVersion = Customers.class,
        seed = "db/seed.sql",
        rows = 20_000)
@interface CustomerMigration {}
