package dev.zdm.change;

import dev.zdm.plan.Backfill;
import dev.zdm.plan.Change;
import dev.zdm.postgres.SqlScript;
import dev.zdm.postgres.SqlState;
import dev.zdm.postgres.SqlStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs changes over observed sessions. For use by one thread. */
public final class ChangeRunner {
    private final SessionSource sessions;
    private final ObservedDataSource database;
    private final AtomicReference<@Nullable SqlStatement> current = new AtomicReference<>();
    private final SqlParameters parameters;
    private final BackfillWatch watch;

    /**
     * Makes a runner.
     *
     * @param sessions opens the sessions that changes run on
     * @param parameters the values of {@code :name} in scripts and statements
     * @param listener stands around every statement
     */
    public ChangeRunner(SessionSource sessions, SqlParameters parameters, StatementListener listener) {
        this(sessions, parameters, listener, progress -> {});
    }

    /**
     * Makes a runner.
     *
     * @param progress learns how far a backfill has come, after each batch
     */
    ChangeRunner(
            SessionSource sessions,
            SqlParameters parameters,
            StatementListener listener,
            Consumer<BackfillProgress> progress) {
        this.sessions = sessions;
        this.parameters = parameters;
        this.watch = new BackfillWatch(progress, listener::latency);
        this.database = new ObservedDataSource(sessions, new Remembering(listener, current));
    }

    /**
     * Carries out a change and returns when it is done.
     *
     * @throws ChangeException when it failed; what it had committed until then stays
     */
    public void run(Change change) throws ChangeException {
        current.set(null);
        try {
            dispatch(change);
        } catch (ChangeException e) {
            throw e;
        } catch (GaveUpException e) {
            throw ChangeException.gaveUp(change.describe(), current.get(), e);
        } catch (Exception | Error e) {
            throw new ChangeException(
                    change.describe(), SqlState.of(e).equals(SqlState.UNKNOWN) ? null : current.get(), e);
        }
    }

    /** Lets no statement begin from now on; safe for use by any thread. */
    void stop(String why) {
        database.stop(why);
    }

    /** Cuts the connections of the sessions that are open; safe for use by any thread. */
    void cut() {
        database.cut();
    }

    /** Returns the backends of the sessions that are open; safe for use by any thread. */
    Set<Integer> backends() {
        return database.backends();
    }

    private void dispatch(Change plain) throws Exception {
        // A batch that waits for a row keeps others from the rows that it has.
        Change change = plain instanceof Backfill backfill ? Change.retrying(backfill, backfill.locks()) : plain;
        if (!(change instanceof Change.Retrying retrying)) {
            dispatch(change, Tries.ONCE);
            return;
        }
        try (LockPatience patience = new LockPatience(retrying.retry(), sessions)) {
            database.haveWith(patience);
            dispatch(
                    retrying.change(),
                    new LockTries(
                            retrying.retry(),
                            patience::holders,
                            time -> TimeUnit.NANOSECONDS.sleep(time.toNanos()),
                            ThreadLocalRandom.current(),
                            System::nanoTime));
        } finally {
            database.haveWith(null);
        }
    }

    private void dispatch(Change change, Tries tries) throws Exception {
        if (change instanceof Change.Statements list) {
            runAll(Statements.ofList(list.statements(), parameters), list.transactional(), tries);
        } else if (change instanceof Change.Script script) {
            String text = parameters.applyTo(Resources.text(script.resource()));
            runAll(SqlScript.split(Resources.name(script.resource()), text), script.transactional(), tries);
        } else if (change instanceof Change.Flyway flyway) {
            tries.call(() -> migrate(flyway, tries));
        } else if (change instanceof Change.FlywayUndo undo) {
            new FlywayUndoRunner(database, tries).undo(undo);
        } else if (change instanceof Change.LiquibaseRollback rollback) {
            tries.call(() -> {
                new LiquibaseRunner(database).rollback(rollback);
                return 0;
            });
        } else if (change instanceof Change.Liquibase liquibase) {
            tries.call(() -> {
                new LiquibaseRunner(database).update(liquibase);
                return 0;
            });
        } else if (change instanceof Backfill backfill) {
            new BatchWalk(backfill, database, tries, watch).run();
        } else if (change instanceof Change.Code code) {
            AtomicInteger count = new AtomicInteger();
            database.locateWith(sql -> new SqlStatement(sql, code.description(), count.incrementAndGet()));
            tries.call(() -> {
                code.code().run(database);
                return 0;
            });
        }
    }

    private void runAll(List<SqlStatement> statements, boolean transactional, Tries tries) throws Exception {
        SqlRunner runner = new SqlRunner(database, tries);
        if (transactional) {
            runner.runTogether(statements);
        } else {
            runner.runEach(statements);
        }
    }

    private int migrate(Change.Flyway flyway, Tries tries) throws GaveUpException {
        FlywayRunner runner = new FlywayRunner(database);
        try {
            runner.migrate(flyway);
            return 0;
        } catch (RuntimeException e) {
            if (tries != Tries.ONCE && runner.hasRecordedFailure(flyway)) {
                throw new GaveUpException(
                        "gave up: Flyway recorded the migration as failed, because it does not run in a transaction; bring "
                                + "the database in order and run 'repair' before the next try",
                        e);
            }
            throw e;
        }
    }

    /** Remembers the statement that ran last, for the message of a failure. */
    private record Remembering(StatementListener next, AtomicReference<@Nullable SqlStatement> current)
            implements StatementListener {
        @Override
        public void sessionOpened(int pid) {
            next.sessionOpened(pid);
        }

        @Override
        public void transactionOpen(int pid, boolean open) {
            next.transactionOpen(pid, open);
        }

        @Override
        public Optional<Duration> latency() {
            return next.latency();
        }

        @Override
        public @Nullable Object around(Execution execution) throws SQLException {
            current.set(execution.statement());
            return next.around(execution);
        }
    }

    /** Statements given as a list. */
    private static final class Statements {
        static List<SqlStatement> ofList(List<String> texts, SqlParameters parameters) {
            List<SqlStatement> statements = new ArrayList<>();
            for (String text : texts) {
                statements.add(new SqlStatement(parameters.applyTo(text).strip(), "statement", statements.size() + 1));
            }
            return statements;
        }
    }
}
