package dev.zdm.change;

import dev.zdm.plan.Change;
import dev.zdm.plan.FlywaySource;
import dev.zdm.postgres.SqlScript;
import dev.zdm.postgres.SqlStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.flywaydb.core.api.MigrationVersion;

/**
 * Runs Flyway's undo scripts, newest first, and forgets what they undo in Flyway's history; a script that says
 * {@code executeInTransaction=false} in its {@code .conf} file runs statement by statement. Loaded only where Flyway is
 * there.
 */
final class FlywayUndoRunner {
    private static final String HISTORY = "flyway_schema_history";

    private final ObservedDataSource database;
    private final Tries tries;

    FlywayUndoRunner(ObservedDataSource database, Tries tries) {
        this.database = database;
        this.tries = tries;
    }

    void undo(Change.FlywayUndo change) throws Exception {
        FlywayVersions versions = FlywayVersions.of(change.source());
        SqlRunner runner = new SqlRunner(database, tries);
        for (String version : applied(change.version())) {
            String script = versions.undoScript(version)
                    .orElseThrow(() -> new SQLException("version " + version + " cannot be undone: there is no script U"
                            + version + "__….sql in " + change.source().locations()));
            List<SqlStatement> statements =
                    SqlScript.split(Resources.name(script), filledIn(Resources.text(script), change.source()));
            if (isTransactional(script)) {
                runner.runTogether(statements, connection -> forget(version, connection));
            } else {
                runner.runEach(statements);
                database.locateWith(sql -> null);
                try (Connection connection = database.getConnection()) {
                    forget(version, connection);
                }
            }
        }
    }

    /** Returns the versions to be undone, newest first. */
    private List<String> applied(String target) throws SQLException {
        database.locateWith(sql -> null);
        MigrationVersion last = MigrationVersion.fromVersion(target);
        List<String> versions = new ArrayList<>();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select version from " + HISTORY
                        + " where version is not null and success order by installed_rank desc")) {
            while (row.next()) {
                if (MigrationVersion.fromVersion(row.getString(1)).compareTo(last) > 0) {
                    versions.add(row.getString(1));
                }
            }
        }
        return versions;
    }

    private void forget(String version, Connection connection) throws SQLException {
        database.locateWith(sql -> null);
        try (PreparedStatement delete = connection.prepareStatement("delete from " + HISTORY + " where version = ?")) {
            delete.setString(1, version);
            delete.executeUpdate();
        }
    }

    private static String filledIn(String text, FlywaySource source) {
        String filled = text;
        for (Map.Entry<String, String> placeholder : source.placeholders().entrySet()) {
            filled = filled.replace("${" + placeholder.getKey() + "}", placeholder.getValue());
        }
        return filled;
    }

    private static boolean isTransactional(String script) {
        try {
            return !Resources.text(script + ".conf").replaceAll("\\s", "").contains("executeInTransaction=false");
        } catch (RuntimeException e) {
            return true; // There is no such file.
        }
    }
}
