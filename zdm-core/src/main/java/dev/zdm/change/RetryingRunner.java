package dev.zdm.change;

import dev.zdm.plan.Change;
import dev.zdm.plan.LockRetry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out changes in production as they were rehearsed: with a {@code lock_timeout}, and again when a lock was not
 * free, a bounded number of times; then it fails and says who held the lock.
 *
 * <pre>{@code
 * new RetryingRunner(dataSource, LockRetry.DEFAULT).run(Change.script("db/V2__add_token.sql"));
 * }</pre>
 *
 * <p>It needs one connection for the change and, while a statement waits, one more to look who holds the lock; without the
 * second one it does not know. For use by one thread at a time.
 *
 * @see Change.Retrying
 */
public final class RetryingRunner {
    private static final Logger LOG = LoggerFactory.getLogger(RetryingRunner.class);

    private final DataSource database;
    private final LockRetry retry;

    /**
     * Makes a runner.
     *
     * @param database hands out connections of PostgreSQL's own driver in autocommit mode, from a pool or not; a
     *     connection pooler that shares sessions between transactions will not do
     * @param retry how changes get their locks, unless they say so themselves
     */
    public RetryingRunner(DataSource database, LockRetry retry) {
        this.database = database;
        this.retry = retry;
    }

    /**
     * Carries out a change and returns when it is done.
     *
     * @throws ChangeException when it failed, or did not get its locks in all its tries. Nothing of a change that runs in
     *     one transaction is done then; of others what was committed before stays
     */
    public void run(Change change) throws ChangeException {
        Change patient = change instanceof Change.Retrying ? change : Change.retrying(change, retry);
        new ChangeRunner(database::getConnection, SqlParameters.NONE, new Logged()).run(patient);
    }

    /** Writes a line for each try of a statement. */
    private static final class Logged implements StatementListener {
        @Override
        public void sessionOpened(int pid) {
            LOG.debug("the change runs on backend {}", pid);
        }

        @Override
        public @Nullable Object around(Execution execution) throws SQLException {
            LOG.info(
                    "{}  {}",
                    execution.statement().position(),
                    execution.statement().summary());
            return execution.proceed();
        }

        @Override
        public Optional<Duration> latency() {
            return Optional.empty();
        }
    }
}
