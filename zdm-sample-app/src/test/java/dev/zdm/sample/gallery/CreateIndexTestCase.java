package dev.zdm.sample.gallery;

import dev.zdm.junit.Migrate;
import dev.zdm.junit.Phase;

/** An index that is built in one go keeps everybody from writing meanwhile. */
final class CreateIndexTestCase {
    @CustomerMigration
    static class Bad {
        @Phase("expand")
        @Migrate(sql = "create index customer_full_name on customer (full_name)")
        void builds_an_index_while_nobody_can_write() {}
    }

    @CustomerMigration
    static class Good {
        @Phase("expand")
        @Migrate(sql = "create index concurrently customer_full_name on customer (full_name)", transactional = false)
        void builds_an_index_while_everybody_can_write() {}
    }
}
