package dev.zdm.inspection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zdm.database.Database;
import dev.zdm.postgres.Relation;
import dev.zdm.rehearsal.TestServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who may make tables smaller. */
class ShrinkingTest {
    private static final Relation ITEM = new Relation("public", "item");

    @Test
    void a_role_that_is_no_superuser_makes_tables_without_triggers_smaller() throws SQLException {
        try (Database database = filled();
                Connection connection = asOrdinaryRole(database)) {
            assertThat(Shrinking.isAllowed(connection)).isTrue();

            Shrinking.keepFirst(Map.of(ITEM, ITEM), 0.1, connection);

            assertThat(rows(connection)).isBetween(900L, 1400L);
        }
    }

    @Test
    void it_does_not_where_a_trigger_would_fire() throws SQLException {
        try (Database database = filled();
                Connection connection = asOrdinaryRole(database)) {
            execute(
                    connection,
                    "create function forbid() returns trigger language plpgsql as $$ begin return null; end $$",
                    "create trigger forbid before delete on item for each row execute function forbid()");
            assertThat(Shrinking.isAllowed(connection)).isFalse();
            assertThatThrownBy(() -> Shrinking.keepFirst(Map.of(ITEM, ITEM), 0.1, connection))
                    .isInstanceOf(SQLException.class)
                    .extracting(e -> ((SQLException) e).getSQLState())
                    .isEqualTo("42501");
            assertThat(rows(connection)).isEqualTo(10_000);

            execute(connection, "reset session authorization");
            assertThat(Shrinking.isAllowed(connection)).isTrue();
            Shrinking.keepFirst(Map.of(ITEM, ITEM), 0.1, connection);
            assertThat(rows(connection)).isBetween(900L, 1400L);
        }
    }

    private static Database filled() {
        return TestServer.get().fresh("shrinking", empty -> {
            try (Connection connection = QuietSessions.of(empty).getConnection()) {
                execute(
                        connection,
                        "do $$ begin if not exists (select from pg_roles where rolname = 'shrinker') then"
                                + " create role shrinker; end if; end $$",
                        "grant create on schema public to shrinker",
                        "set role shrinker",
                        "create table item (id int primary key, label text)",
                        "insert into item select n, 'label ' || n from generate_series(1, 10000) n");
            } catch (SQLException e) {
                throw new AssertionError(e);
            }
        });
    }

    private static Connection asOrdinaryRole(Database database) throws SQLException {
        Connection connection = QuietSessions.of(database).getConnection();
        execute(connection, "set session authorization shrinker");
        return connection;
    }

    private static long rows(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from item")) {
            row.next();
            return row.getLong(1);
        }
    }

    private static void execute(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
