package dev.zdm.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zdm.database.Database;
import dev.zdm.plan.Change;
import dev.zdm.plan.FlywaySource;
import dev.zdm.postgres.SqlState;
import dev.zdm.rehearsal.TestServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rollbacks by Flyway's undo scripts and by Liquibase, and the books that both keep. */
class UndoTest {
    private static final Logger LIQUIBASE = Logger.getLogger("liquibase");
    private static final FlywaySource FLYWAY =
            new FlywaySource(List.of("classpath:dev/zdm/rehearsal/undo"), Map.of("column", "note"), null);
    private static final String CHANGELOG = "dev/zdm/change/liquibase/reversible.xml";

    private Database database;
    private final List<String> ran = new ArrayList<>();

    @BeforeAll
    static void quiet() {
        LIQUIBASE.setLevel(Level.OFF);
    }

    @BeforeEach
    void create() {
        database = TestServer.get().fresh("undo", empty -> {});
    }

    @AfterEach
    void drop() {
        database.close();
    }

    private Connection session() throws SQLException {
        return DriverManager.getConnection(database.jdbcUrl(), database.credentials());
    }

    private void run(Change change) throws ChangeException {
        new ChangeRunner(this::session, SqlParameters.NONE, new StatementListener() {
                    @Override
                    public void sessionOpened(int pid) {
                        // There is only one.
                    }

                    @Override
                    public @Nullable Object around(Execution execution) throws SQLException {
                        ran.add(execution.statement().position() + " "
                                + execution.statement().summary());
                        return execution.proceed();
                    }
                })
                .run(change);
    }

    private List<String> column(String query) throws SQLException {
        try (Connection connection = session();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            List<String> values = new ArrayList<>();
            while (row.next()) {
                values.add(row.getString(1));
            }
            return values;
        }
    }

    private List<String> columnsOf(String table) throws SQLException {
        return column("select attname from pg_attribute where attrelid = '" + table
                + "'::regclass and attnum > 0 and not attisdropped order by attnum");
    }

    @Test
    void aFlywayMigrationIsUndoneByItsScriptAndIsPendingAgain() throws Exception {
        run(Change.flyway("2", FLYWAY));
        ran.clear();

        run(Change.flywayUndo("1", FLYWAY));

        assertThat(ran).containsExactly("U2__note.sql:2 alter table item drop column note");
        assertThat(columnsOf("item")).containsExactly("id", "kind");
        assertThat(column("select version from flyway_schema_history order by installed_rank"))
                .containsExactly("1");
        run(Change.flyway("2", FLYWAY));
        assertThat(columnsOf("item")).containsExactly("id", "kind", "note");
    }

    @Test
    void anUndoScriptThatFailsLeavesFlywaysHistoryAsItWas() throws Exception {
        run(Change.flyway("4", FLYWAY));

        assertThatThrownBy(() -> run(Change.flywayUndo("3", FLYWAY)))
                .isInstanceOfSatisfying(ChangeException.class, failure -> {
                    assertThat(failure.statement().position()).isEqualTo("U4__sign.sql:1");
                    assertThat(failure.sqlState()).isEqualTo(new SqlState("42703"));
                });
        assertThat(column("select version from flyway_schema_history order by installed_rank"))
                .containsExactly("1", "2", "3", "4");
    }

    @Test
    void aMigrationWithoutAnUndoScriptCannotBeUndone() throws Exception {
        run(Change.flyway("3", FLYWAY));

        assertThatThrownBy(() -> run(Change.flywayUndo("2", FLYWAY)))
                .isInstanceOf(ChangeException.class)
                .hasMessageContaining("version 3 cannot be undone: there is no script U3__….sql in "
                        + "[classpath:dev/zdm/rehearsal/undo]");
    }

    @Test
    void whatWasUndoneOtherwiseIsForgottenInTheBooks() throws Exception {
        run(Change.flyway("1", FLYWAY));
        MigrationBooks books;
        try (Connection connection = session()) {
            books = MigrationBooks.read(connection);
        }
        run(Change.flyway("2", FLYWAY));
        run(Change.statements("alter table item drop column note"));

        try (Connection connection = session()) {
            books.forgetLater(connection);
        }

        run(Change.flyway("2", FLYWAY));
        assertThat(columnsOf("item")).containsExactly("id", "kind", "note");
    }

    @Test
    void liquibaseRollsBackByNumberAndToATag() throws Exception {
        run(Change.liquibase(CHANGELOG));
        ran.clear();

        run(Change.liquibaseRollback(CHANGELOG, 1));
        assertThat(columnsOf("visit")).containsExactly("id", "note");
        assertThat(ran).containsExactly("reversible.xml::3:1 alter table visit drop column mark");

        run(Change.liquibaseRollback(CHANGELOG, "one"));
        assertThat(columnsOf("visit")).containsExactly("id");

        run(Change.liquibase(CHANGELOG));
        assertThat(columnsOf("visit")).containsExactly("id", "note", "mark");
    }
}
