package dev.zdm.sample.gallery;

import dev.zdm.junit.Migrate;
import dev.zdm.junit.Phase;
import dev.zdm.junit.ZeroDowntimeMigration;
import dev.zdm.sample.Customers;
import dev.zdm.workload.Keys;
import dev.zdm.workload.Operation;
import javax.sql.DataSource;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;

/** A prepared {@code select *} cannot be run again when its table has got a column. */
final class SelectStarTestCase {
    @ZeroDowntimeMigration(
            from = "1",
            to = "2",
            oldVersion = SelectsEverything.class,
            newVersion = Customers.class,
            seed = "db/seed.sql",
            rows = 20_000)
    static class Bad {
        @Phase("expand")
        @Migrate(to = "2")
        void adds_columns() {}
    }

    @ZeroDowntimeMigration(
            from = "1",
            to = "2",
            oldVersion = SelectsByName.class,
            newVersion = Customers.class,
            seed = "db/seed.sql",
            rows = 20_000)
    static class Good {
        @Phase("expand")
        @Migrate(to = "2")
        void adds_columns() {}
    }

    static final class SelectsEverything {
        private final Reader reader;

        SelectsEverything(DataSource database) {
            this.reader = new Reader(database, "select * from customer where id = ?");
        }

        @Operation
        void find(Keys keys) {
            reader.find(keys.any());
        }
    }

    static final class SelectsByName {
        private final Reader reader;

        SelectsByName(DataSource database) {
            this.reader = new Reader(database, "select id, full_name, email from customer where id = ?");
        }

        @Operation
        void find(Keys keys) {
            reader.find(keys.any());
        }
    }

    /** Reads in a transaction, as frameworks do; outside of one the driver would prepare the statement anew. */
    private record Reader(DSLContext db, String query) {
        Reader(DataSource database, String query) {
            this(DSL.using(database, SQLDialect.POSTGRES), query);
        }

        void find(long id) {
            db.transaction(session -> session.dsl().fetchSingle(query, id));
        }
    }
}
