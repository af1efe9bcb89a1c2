package dev.zdm.sample.gallery;

import dev.zdm.junit.Migrate;
import dev.zdm.junit.Phase;

/** What the new release always fills, the old release has never heard of. */
final class NotNullTestCase {
    @CustomerMigration
    static class Bad {
        @Phase("expand")
        @Migrate(
                sql = {
                    "alter table customer add column country text not null default 'NO'",
                    "alter table customer alter column country drop default"
                })
        void demands_a_column_that_the_old_release_does_not_fill() {}
    }

    @CustomerMigration
    static class Good {
        @Phase("expand")
        @Migrate(sql = "alter table customer add column country text not null default 'NO'")
        void keeps_the_default_as_long_as_the_old_release_inserts() {}
    }
}
