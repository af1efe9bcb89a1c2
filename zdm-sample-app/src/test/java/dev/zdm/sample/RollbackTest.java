package dev.zdm.sample;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.postgres.SqlScript;
import dev.zdm.postgres.SqlStatement;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The ways back: what the rollback scripts leave is what the migration found. */
class RollbackTest {
    private static final String CATALOGUE = """
            select 'column', attname::text, format_type(atttypid, atttypmod), attnotnull::text
            from pg_attribute where attrelid = 'customer'::regclass and attnum > 0 and not attisdropped
            union all
            select 'constraint', conname, pg_get_constraintdef(oid), convalidated::text
            from pg_constraint where conrelid = 'customer'::regclass
            union all
            select 'index', indexrelid::regclass::text, pg_get_indexdef(indexrelid), indisvalid::text
            from pg_index where indrelid = 'customer'::regclass
            union all
            select 'trigger', tgname, pg_get_triggerdef(oid), tgenabled::text
            from pg_trigger where tgrelid = 'customer'::regclass
            union all
            select 'function', proname, prosrc, '' from pg_proc where pronamespace = 'public'::regnamespace
            order by 1, 2""";

    @Test
    void of_the_expand_leaves_what_the_old_release_sees() throws Exception {
        SampleDatabase database = SampleDatabase.migratedTo("1");
        List<String> before = database.rows(CATALOGUE);
        database.migrateTo("2");
        new CustomerRepository(database.source()).register(new Name("Mary Ann", "Smith"), "m@example.org");

        run("db/rollback/U2.sql", database);

        assertThat(database.rows(CATALOGUE)).isEqualTo(before);
        assertThat(database.rows("select full_name from customer")).containsExactly("Mary Ann Smith");
    }

    @Test
    void of_the_contract_lets_both_releases_work() throws Exception {
        SampleDatabase database = SampleDatabase.migratedTo("2");
        List<String> before = database.rows(CATALOGUE);
        database.migrateTo("3");
        database.sql()
                .execute("insert into customer (first_name, last_name, email)"
                        + " select 'Mary Ann', 'Smith ' || n, n from generate_series(1, 1201) n");

        run("db/rollback/U3.sql", database);

        assertThat(database.rows(CATALOGUE)).isEqualTo(before);
        assertThat(database.rows("select count(*) from customer"
                        + " where full_name = 'Mary Ann ' || last_name and first_name = 'Mary Ann'"))
                .containsExactly("1201");
        database.sql().execute("update customer set full_name = 'Ada Lovelace' where id = 7");
        assertThat(new CustomerRepository(database.source()).find(7))
                .map(Customer::name)
                .contains(new Name("Ada", "Lovelace"));
    }

    @Test
    void of_the_contract_can_be_repeated() throws Exception {
        SampleDatabase database = SampleDatabase.migratedTo("3");
        run("db/rollback/U3.sql", database);
        List<String> once = database.rows(CATALOGUE);

        run("db/rollback/U3.sql", database);

        assertThat(database.rows(CATALOGUE)).isEqualTo(once);
    }

    /** Runs a script as psql does: each statement commits on its own. */
    private static void run(String script, SampleDatabase database) throws IOException {
        try (InputStream resource = RollbackTest.class.getClassLoader().getResourceAsStream(script)) {
            String text = new String(requireNonNull(resource).readAllBytes(), UTF_8);
            SqlScript.split(script, text)
                    .forEach(statement -> database.sql().connection(session -> execute(session, statement)));
        }
    }

    private static void execute(Connection session, SqlStatement statement) throws SQLException {
        try (Statement jdbc = session.createStatement()) {
            jdbc.execute(statement.text());
        }
    }
}
