package dev.zdm.change;

import dev.zdm.plan.Change;
import dev.zdm.postgres.SqlScript;
import dev.zdm.postgres.SqlStatement;
import java.sql.Connection;
import java.util.Locale;
import java.util.Map;
import liquibase.Contexts;
import liquibase.LabelExpression;
import liquibase.Liquibase;
import liquibase.Scope;
import liquibase.UpdateSummaryOutputEnum;
import liquibase.changelog.ChangeSet;
import liquibase.changelog.DatabaseChangeLog;
import liquibase.changelog.visitor.AbstractChangeExecListener;
import liquibase.database.Database;
import liquibase.database.jvm.JdbcConnection;
import liquibase.resource.ClassLoaderResourceAccessor;
import liquibase.ui.LoggerUIService;
import org.jspecify.annotations.Nullable;

/** Migrates with the real Liquibase; its own bookkeeping stays unobserved. Loaded only where Liquibase is there. */
final class LiquibaseRunner {
    private static final String ITS_TABLES = "databasechangelog";

    /** What Liquibase 4 asks between change sets. */
    private static final String ITS_QUESTION = "show search_path";

    private final ObservedDataSource database;

    LiquibaseRunner(ObservedDataSource database) {
        this.database = database;
    }

    void update(Change.Liquibase change) throws Exception {
        with(change.changelog(), liquibase -> {
            if (change.tag() == null) {
                liquibase.update(new Contexts(), new LabelExpression());
            } else {
                liquibase.update(change.tag(), new Contexts(), new LabelExpression());
            }
        });
    }

    void rollback(Change.LiquibaseRollback change) throws Exception {
        with(change.changelog(), liquibase -> {
            if (change.tag() == null) {
                liquibase.rollback(change.changeSets(), new Contexts(), new LabelExpression());
            } else {
                liquibase.rollback(change.tag(), new Contexts(), new LabelExpression());
            }
        });
    }

    /** What is done with Liquibase. */
    @FunctionalInterface
    private interface Work {
        void on(Liquibase liquibase) throws Exception;
    }

    private void with(String changelog, Work work) throws Exception {
        database.locateWith(sql -> null);
        Scope.child(Map.of(Scope.Attr.ui.name(), new LoggerUIService()), () -> {
            try (Connection connection = database.getConnection();
                    Liquibase liquibase = new Liquibase(
                            changelog,
                            new ClassLoaderResourceAccessor(Resources.classLoader()),
                            new JdbcConnection(connection))) {
                liquibase.setShowSummaryOutput(UpdateSummaryOutputEnum.LOG);
                liquibase.setChangeExecListener(new ChangeSetTracker());
                work.on(liquibase);
            }
        });
    }

    /** Tells the observed sessions which change set is being run. */
    private final class ChangeSetTracker extends AbstractChangeExecListener {
        @Override
        public void willRun(ChangeSet set, DatabaseChangeLog log, Database on, ChangeSet.RunStatus status) {
            database.locateWith(new Locator(set)::locate);
        }

        @Override
        public void ran(ChangeSet set, DatabaseChangeLog log, Database on, ChangeSet.ExecType type) {
            database.locateWith(sql -> null);
        }

        @Override
        public void willRollback(ChangeSet set, DatabaseChangeLog log, Database on) {
            database.locateWith(new Locator(set)::locate);
        }

        @Override
        public void rolledBack(ChangeSet set, DatabaseChangeLog log, Database on) {
            database.locateWith(sql -> null);
        }

        @Override
        public void rollbackFailed(ChangeSet set, DatabaseChangeLog log, Database on, Exception failure) {
            database.locateWith(sql -> null);
        }

        @Override
        public void runFailed(ChangeSet set, DatabaseChangeLog log, Database on, Exception failure) {
            database.locateWith(sql -> null);
        }
    }

    /** Numbers the statements of a change set: Liquibase does not tell their lines. */
    private static final class Locator {
        private final String source;
        private int count;

        Locator(ChangeSet set) {
            source = Resources.name(set.getFilePath()) + "::" + set.getId();
        }

        @Nullable
        SqlStatement locate(String sql) {
            String statement = SqlScript.withoutLeadingComments(sql).strip();
            String lower = statement.toLowerCase(Locale.ROOT);
            if (lower.contains(ITS_TABLES) || lower.equals(ITS_QUESTION)) {
                return null;
            }
            count++;
            return new SqlStatement(statement, source, count);
        }
    }
}
