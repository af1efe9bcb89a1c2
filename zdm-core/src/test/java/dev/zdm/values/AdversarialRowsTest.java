package dev.zdm.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.zdm.database.Database;
import dev.zdm.observation.SeededRows;
import dev.zdm.rehearsal.TestServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a real server takes, and what is done where it refuses. */
class AdversarialRowsTest {
    private static final int ROWS = 24;
    private static final long HIGHEST_KEY = 100;

    private Database database;
    private Connection connection;

    @BeforeEach
    void connect() throws SQLException {
        database = TestServer.get().fresh("adversarial rows", empty -> {});
        connection = DriverManager.getConnection(database.jdbcUrl(), database.credentials());
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
        database.close();
    }

    private List<SeededRows> seed(String... statements) throws SQLException {
        execute(statements);
        return AdversarialRows.add(connection, ROWS, HIGHEST_KEY);
    }

    private void execute(String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private List<String> query(String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }

    @Test
    void textsAreEmptyLongestAndOfEveryAlphabet() throws SQLException {
        List<SeededRows> seeded = seed("create table t (id bigint primary key, a text, b varchar(7) not null)");

        assertThat(seeded).singleElement().satisfies(table -> {
            assertThat(table.rows()).isEqualTo(ROWS);
            assertThat(table.refused()).isEmpty();
        });
        assertThat(query("select a from t")).contains(null, "", " ", " blanks at both ends ", "NULL");
        assertThat(query("select length(a) from t")).contains("1000");
        assertThat(query("select b from t")).doesNotContainNull().contains("", " blanks", "O'Brien");
        assertThat(query("select id from t where length(b) = 7 and octet_length(b) > 14"))
                .as("characters of four bytes")
                .isNotEmpty();
        assertThat(query("select a from t group by a having count(*) > 1"))
                .as("duplicates")
                .isNotEmpty();
    }

    @Test
    void numbersAndDatesAreExtreme() throws SQLException {
        seed("create table t (id int primary key, n numeric, m numeric(5, 2), f float8, "
                + "d date, s timestamp not null, z timestamptz, i int not null)");

        assertThat(query("select n::text from t")).contains(null, "NaN", "Infinity", "0");
        assertThat(query("select m::text from t")).contains("999.99", "-0.01", "NaN");
        assertThat(query("select f::text from t")).contains("5e-324", "-0");
        assertThat(query("select d::text from t")).contains("infinity", "2024-02-29", "4713-01-01 BC");
        assertThat(query("select s::text from t")).contains("-infinity").doesNotContainNull();
        assertThat(query("select i from t")).contains("2147483647", "-2147483648");
        assertThat(query("select z::text from t")).contains(null, "infinity");
    }

    @Test
    void numbersOfHundredsAreExtreme() throws SQLException {
        assumeTrue(
                connection.getMetaData().getDatabaseMajorVersion() >= 15, "a scale below zero came with PostgreSQL 15");

        seed("create table t (id int primary key, r numeric(3, -2))");

        assertThat(query("select r::text from t")).contains("99900", "-100");
    }

    @Test
    void keysAreAboveThoseOfOperationsAndSequencesAreMovedPastThem() throws SQLException {
        seed(
                "create table a (id bigint generated always as identity primary key, v text)",
                "insert into a (v) select 'x' from generate_series(1, 150)",
                "create table b (id serial primary key, v text unique)",
                "insert into b (v) values ('one')");

        assertThat(query("select min(id) from a where v is distinct from 'x'")).containsExactly("151");
        assertThat(query("insert into a (v) values ('y') returning id"))
                .containsExactly(String.valueOf(150 + ROWS + 1));
        assertThat(query("select min(id) from b where v is distinct from 'one'"))
                .containsExactly("101");
        assertThat(query("insert into b (v) values ('two') returning id"))
                .containsExactly(String.valueOf(100 + ROWS + 1));
        assertThat(query("select count(*) from b")).containsExactly(String.valueOf(ROWS + 2));
    }

    @Test
    void whatAConstraintRefusesIsTriedWithFewerExtremeValues() throws SQLException {
        List<SeededRows> seeded = seed(
                "create domain percent as int check (value between 0 and 100)",
                "create table t (id bigint primary key, name text not null check (name <> ''), share percent, "
                        + "low numeric, high numeric, check (low <= high))",
                "insert into t values (1, 'one', 50, 1, 2)");

        assertThat(seeded).singleElement().satisfies(table -> {
            assertThat(table.rows()).isEqualTo(ROWS);
            assertThat(table.refused())
                    .extracting(SeededRows.Refusal::column)
                    .startsWith("name", "share")
                    .isSubsetOf("name", "share", "low", "high");
            assertThat(table.refused().get(0).values()).isEqualTo(1);
            assertThat(table.refused().get(0).reason())
                    .endsWith("(SQLSTATE 23514)")
                    .contains("t_name_check");
        });
        assertThat(query("select name from t")).contains(" blanks at both ends ", "one");
        assertThat(query("select share from t")).contains(null, "50", "0");
    }

    @Test
    void uniqueColumnsGetDistinctValues() throws SQLException {
        List<SeededRows> seeded = seed(
                "create table t (id bigint primary key, n int unique, c char(4) unique, "
                        + "e text not null unique check (e like '%@%'))",
                "insert into t values (1, 1, 'abcd', 'one@x.org')");

        assertThat(seeded).singleElement().satisfies(table -> {
            assertThat(table.rows()).isEqualTo(ROWS);
            assertThat(table.refused()).extracting(SeededRows.Refusal::column).containsExactly("e");
        });
        assertThat(query("select e from t")).contains("z0one@x.org");
    }

    @Test
    void foreignKeysReferToTheAdversarialRows() throws SQLException {
        List<SeededRows> seeded = seed(
                "create table child (id bigint primary key, parent bigint not null, note text)",
                "create table parent (id bigint primary key, boss bigint references parent, name text)",
                "create table pair (a bigint references parent, b bigint references child, primary key (a, b))",
                "alter table child add foreign key (parent) references parent deferrable initially deferred");

        assertThat(seeded)
                .extracting(table -> table.table() + " " + table.rows())
                .containsExactly("parent " + ROWS, "child " + ROWS, "pair " + ROWS);
        assertThat(query("select count(distinct parent) from child")).containsExactly(String.valueOf(ROWS));
    }

    @Test
    void aTableThatTakesNoRowSaysWhy() throws SQLException {
        List<SeededRows> seeded = seed(
                "create table t (id bigint not null, at date not null) partition by range (at)",
                "create table flyway_schema_history (installed_rank int primary key)");

        assertThat(seeded).singleElement().satisfies(table -> {
            assertThat(table.rows()).isZero();
            assertThat(table.refused()).singleElement().satisfies(refusal -> {
                assertThat(refusal.column()).isEmpty();
                assertThat(refusal.reason()).contains("no partition of relation \"t\" found for row");
            });
        });
    }

    @Test
    void rowsAreTheSameEachTime() throws SQLException {
        String table = "create table %s (id bigint primary key, n text unique, e text, at timestamptz)";
        seed(table.formatted("a"), table.formatted("b"));

        assertThat(query("(table a except table b) union all (table b except table a)"))
                .isEmpty();
    }

    @Test
    void otherTypesGetValuesToo() throws SQLException {
        List<SeededRows> seeded = seed(
                "create type mood as enum ('sad', 'happy')",
                "create table t (id uuid primary key, m mood not null, j jsonb, t text[], y bytea, p point, r int4range, "
                        + "g text generated always as ('g') stored, iv interval, b bool, x xml, ti time, net inet)",
                "create table \"Odd Name\" (\"Key\" smallint primary key, \"a \"\"b\"\"\" char(3))");

        assertThat(seeded).allSatisfy(table -> {
            assertThat(table.refused()).isEmpty();
            assertThat(table.rows()).isEqualTo(ROWS);
        });
        assertThat(query("select j::text from t")).contains(null, "null", "{}");
        assertThat(query("select t::text from t")).contains(null, "{}", "{NULL}");
        assertThat(query("select p::text from t")).containsOnlyNulls();
    }
}
