package dev.zdm.sample.gallery;

import dev.zdm.junit.ZeroDowntimeMigration;
import dev.zdm.sample.CustomersV1;
import dev.zdm.sample.CustomersV2;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Rehearses with the sample's two releases and 20 000 customers. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ZeroDowntimeMigration(
        from = "1",
        oldVersion = CustomersV1.class,
        newVersion = CustomersV2.class,
        seed = "db/seed.sql",
        rows = 20_000)
@interface CustomerMigration {}
