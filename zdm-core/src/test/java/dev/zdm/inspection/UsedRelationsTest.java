package dev.zdm.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.zdm.database.Database;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.SqlOperation;
import dev.zdm.postgres.Relation;
import dev.zdm.rehearsal.TestServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

class UsedRelationsTest {
    @Test
    void whatAnotherSessionReadsIsNotTheApplications() throws Exception {
        try (Database database = TestServer.get().fresh("use", empty -> {})) {
            PGSimpleDataSource source = QuietSessions.of(database);
            try (Connection observer = source.getConnection()) {
                execute(observer, "create table own (id int)", "insert into own values (1)");
                execute(observer, "create table others (id int)", "insert into others values (1)");
                Thread other = new Thread(() -> scanAndStay(source));
                other.start();
                awaitSleep(observer, other); // It tells the server's counters of its scan only when it has slept.

                UsedRelations.Used used = UsedRelations.of(
                        ApplicationVersion.ofSql(SqlOperation.of("read", "select id from own")),
                        source,
                        observer,
                        1,
                        UsedRelations.TIMES);

                other.join();
                assertThat(used.relations().used()).containsExactly(new Relation("public", "own"));
            }
        }
    }

    private static void scanAndStay(PGSimpleDataSource source) {
        try (Connection connection = source.getConnection()) {
            execute(connection, "begin", "select count(*) from others", "select pg_sleep(0.5)", "commit");
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static void awaitSleep(Connection observer, Thread sleeper) throws SQLException {
        boolean asleep = false;
        while (!asleep && sleeper.isAlive()) {
            try (Statement statement = observer.createStatement();
                    ResultSet rows = statement.executeQuery(
                            "select exists (select from pg_stat_activity where wait_event = 'PgSleep'"
                                    + " and datname = current_database())")) {
                rows.next();
                asleep = rows.getBoolean(1);
            }
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
