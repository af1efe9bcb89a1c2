package dev.zdm.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jooq.exception.DataAccessException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the trigger of version 2 does with what either release writes. */
class NamesInStepTest {
    private static final String NAMES = "select full_name, first_name, last_name from customer order by id";

    private final SampleDatabase database = SampleDatabase.migratedTo("1");

    @BeforeEach
    void a_customer_from_before() {
        database.sql().execute("insert into customer (full_name, email) values ('Grace Hopper', 'old@example.org')");
        database.migrateTo("2");
    }

    @Test
    void leaves_rows_alone_that_nobody_writes() {
        assertThat(database.rows(NAMES)).containsExactly("Grace Hopper|∅|∅");
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
                    'Ada Lovelace',         'Ada',  'Lovelace'
                    'Ludwig van Beethoven', 'Ludwig', 'van Beethoven'
                    'Cher',                 'Cher', '∅'
                    '',                     '',     '∅'
                    ' ',                    '',     ''
                    'Ada ',                 'Ada',  ''
                    ' Ada',                 '',     'Ada'
                    'Ada  Lovelace',        'Ada',  ' Lovelace'
                    """)
    void splits_what_the_old_release_inserts_and_joins_it_to_the_same(String full, String first, String last) {
        database.sql().execute("insert into customer (full_name, email) values (?, 'new@example.org')", full);

        assertThat(database.rows(NAMES)).contains(full + "|" + first + "|" + last);
        assertThat(database.rows(
                        "select full_name from customer where full_name = concat_ws(' ', first_name, last_name)"))
                .containsExactly(full);
    }

    @Test
    void keeps_line_breaks() {
        database.sql().execute("update customer set full_name = ?", "Ada Byron\nof Lovelace");

        assertThat(database.rows(NAMES)).containsExactly("Ada Byron\nof Lovelace|Ada|Byron\nof Lovelace");
    }

    @Test
    void joins_what_the_new_release_inserts() {
        database.sql()
                .execute("insert into customer (first_name, last_name, email) values"
                        + " ('Mary Ann', 'Smith', 'a'), ('Cher', null, 'b')");

        assertThat(database.rows(NAMES))
                .containsExactly("Grace Hopper|∅|∅", "Mary Ann Smith|Mary Ann|Smith", "Cher|Cher|∅");
    }

    @Test
    void follows_updates_of_either_release_in_turn() {
        database.sql().execute("update customer set full_name = 'Ada Byron'");
        assertThat(database.rows(NAMES)).containsExactly("Ada Byron|Ada|Byron");

        database.sql().execute("update customer set last_name = 'Lovelace'");
        assertThat(database.rows(NAMES)).containsExactly("Ada Lovelace|Ada|Lovelace");

        database.sql().execute("update customer set last_name = null");
        assertThat(database.rows(NAMES)).containsExactly("Ada|Ada|∅");

        database.sql().execute("update customer set full_name = 'Countess of Lovelace'");
        assertThat(database.rows(NAMES)).containsExactly("Countess of Lovelace|Countess|of Lovelace");
    }

    @Test
    void fills_a_row_when_anything_of_it_is_written() {
        database.sql().execute("update customer set email = 'moved@example.org'");

        assertThat(database.rows(NAMES)).containsExactly("Grace Hopper|Grace|Hopper");
    }

    @Test
    void keeps_a_first_name_of_two_words_when_the_old_release_writes_the_same_name_again() {
        database.sql().execute("update customer set first_name = 'Mary Ann', last_name = 'Smith'");
        database.sql().execute("update customer set full_name = 'Mary Ann Smith', email = 'moved@example.org'");

        assertThat(database.rows(NAMES)).containsExactly("Mary Ann Smith|Mary Ann|Smith");
    }

    @Test
    void works_on_many_rows_at_once() {
        database.sql()
                .execute("insert into customer (full_name, email) select 'Ada ' || n, 'ada' || n"
                        + " from generate_series(1, 3) n");
        database.sql().execute("update customer set full_name = replace(full_name, 'Ada', 'Eve')");
        database.sql().execute("update customer set last_name = last_name || '!' where last_name <> '2'");

        assertThat(database.rows(NAMES))
                .containsExactly("Grace Hopper!|Grace|Hopper!", "Eve 1!|Eve|1!", "Eve 2|Eve|2", "Eve 3!|Eve|3!");
    }

    @Test
    void follows_upserts_of_either_release() {
        String upsert = "insert into customer (%1$s, email) values (?, 'old@example.org')"
                + " on conflict (email) do update set %1$s = excluded.%1$s";

        database.sql().execute(upsert.formatted("full_name"), "Ada Lovelace");
        assertThat(database.rows(NAMES)).containsExactly("Ada Lovelace|Ada|Lovelace");

        database.sql().execute(upsert.formatted("first_name"), "Augusta Ada");
        assertThat(database.rows(NAMES)).containsExactly("Augusta Ada Lovelace|Augusta Ada|Lovelace");
    }

    @Test
    void does_not_care_where_the_session_looks_for_tables() {
        database.sql().transaction(session -> {
            session.dsl().execute("create schema elsewhere");
            session.dsl().execute("set local search_path = elsewhere");
            session.dsl().execute("update public.customer set first_name = 'Ada'");
            session.dsl().execute("update public.customer set full_name = 'Ada Lovelace'");
        });

        assertThat(database.rows(NAMES)).containsExactly("Ada Lovelace|Ada|Lovelace");
    }

    @ParameterizedTest
    @CsvSource({
        "update customer set full_name = null, 23502",
        "insert into customer (email) values ('nobody@example.org'), 23502",
        "'update customer set first_name = null, last_name = null where first_name is not null', 23514"
    })
    void refuses_a_customer_without_a_name_as_before(String statement, String sqlState) {
        database.sql().execute("update customer set full_name = 'Ada Lovelace'");

        assertThatThrownBy(() -> database.sql().execute(statement))
                .isInstanceOfSatisfying(
                        DataAccessException.class, e -> assertThat(e.sqlState()).isEqualTo(sqlState));
    }
}
