package dev.zdm.change;

import dev.zdm.plan.Change;
import dev.zdm.plan.FlywaySource;
import dev.zdm.postgres.SqlScript;
import dev.zdm.postgres.SqlStatement;
import java.util.Arrays;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.callback.BaseCallback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;
import org.jspecify.annotations.Nullable;

/** Migrates with the real Flyway; its own bookkeeping stays unobserved. Loaded only where Flyway is there. */
final class FlywayRunner {
    /** What Flyway 13 runs itself while it carries out a script. */
    private static final String FLYWAYS_OWN = "select version()";

    // Short enough to end before most placeholders.
    private static final int WORDS = 24;

    private final ObservedDataSource database;

    FlywayRunner(ObservedDataSource database) {
        this.database = database;
    }

    void migrate(Change.Flyway change) {
        database.locateWith(sql -> null);
        configuration(change.source())
                .dataSource(database)
                .target(change.target())
                .callbacks(new ScriptTracker())
                .load()
                .migrate();
    }

    /** Returns whether Flyway's history says that a migration failed: it will migrate no more until it is repaired. */
    boolean hasRecordedFailure(Change.Flyway change) {
        database.locateWith(sql -> null);
        MigrationInfo[] all = configuration(change.source())
                .dataSource(database)
                .load()
                .info()
                .all();
        return Arrays.stream(all).anyMatch(migration -> migration.getState().isFailed());
    }

    private static FluentConfiguration configuration(FlywaySource source) {
        // The transactional lock would keep a transaction open on a second session, and CREATE INDEX CONCURRENTLY
        // waits for every transaction older than itself.
        FluentConfiguration configuration = Flyway.configure(Resources.classLoader())
                .locations(source.locations().toArray(String[]::new))
                .placeholders(source.placeholders());
        configuration
                .getConfigurationExtension(PostgreSQLConfigurationExtension.class)
                .setTransactionalLock(false);
        return configuration;
    }

    /** Tells the observed sessions which script is being run. */
    private final class ScriptTracker extends BaseCallback {
        @Override
        public boolean supports(Event event, Context context) {
            return event == Event.BEFORE_EACH_MIGRATE
                    || event == Event.AFTER_EACH_MIGRATE
                    || event == Event.AFTER_EACH_MIGRATE_ERROR;
        }

        @Override
        public void handle(Event event, Context context) {
            if (event == Event.BEFORE_EACH_MIGRATE) {
                database.locateWith(new Locator(context.getMigrationInfo())::locate);
            } else {
                database.locateWith(sql -> null);
            }
        }
    }

    /**
     * Finds the lines of a script's statements. One that begins with a placeholder is not found as it stands; it gets the
     * line of the one before it.
     */
    private static final class Locator {
        private final String script;
        private final String text;
        private int searchFrom;
        private int count;

        Locator(MigrationInfo info) {
            script = Resources.name(info.getScript());
            text = read(info.getPhysicalLocation());
        }

        private static String read(@Nullable String location) {
            try {
                return location == null ? "" : Resources.text(location);
            } catch (RuntimeException e) {
                return ""; // A Java migration has no text: its statements are numbered instead.
            }
        }

        @Nullable
        SqlStatement locate(String sql) {
            String statement = SqlScript.withoutLeadingComments(sql).strip();
            if (text.isEmpty()) {
                count++;
                return new SqlStatement(statement, script, count);
            }
            if (statement.equalsIgnoreCase(FLYWAYS_OWN)) {
                return null;
            }
            int found = text.indexOf(firstWords(statement), searchFrom);
            searchFrom = found < 0 ? searchFrom : found + 1;
            return new SqlStatement(statement, script, SqlScript.lineAt(text, Math.max(found, searchFrom)));
        }

        private static String firstWords(String statement) {
            String line = statement.lines().findFirst().orElse("");
            return line.substring(0, Math.min(line.length(), WORDS));
        }
    }
}
