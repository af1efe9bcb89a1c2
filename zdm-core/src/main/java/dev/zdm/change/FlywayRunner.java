package dev.zdm.change;

import dev.zdm.plan.Change;
import dev.zdm.plan.FlywaySource;
import dev.zdm.postgres.SqlScript;
import dev.zdm.postgres.SqlStatement;
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

    /** Finds the lines of a script's statements; placeholders may have changed the text, so the search is lenient. */
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

        SqlStatement locate(String sql) {
            String head = sql.strip().lines().findFirst().orElse("");
            count++;
            int found = text.indexOf(head, searchFrom);
            if (found < 0) {
                return new SqlStatement(
                        sql.strip(), script, text.isEmpty() ? count : SqlScript.lineAt(text, searchFrom));
            }
            searchFrom = found + head.length();
            return new SqlStatement(sql.strip(), script, SqlScript.lineAt(text, found));
        }
    }
}
