package dev.zdm.change;

import dev.zdm.plan.Backfill;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Runs backfills in production as they were rehearsed. For use by one thread at a time.
 *
 * <pre>{@code
 * new BackfillRunner(dataSource).tellingProgress(progress -> log.info("{}", progress)).run(backfill);
 * }</pre>
 *
 * <p>When its thread is interrupted, or the application dies, the backfill goes on from its position the next time it is run;
 * of two that run the same backfill at once the second one fails.
 */
public final class BackfillRunner {
    private final DataSource database;
    private final Consumer<BackfillProgress> progress;
    private final @Nullable Supplier<Duration> latency;

    /**
     * Makes a runner.
     *
     * @param database hands out connections of PostgreSQL's own driver in autocommit mode, from a pool or not; one is used,
     *     and another one for a moment when a lock is waited for. A connection pooler that shares sessions between
     *     transactions will not do
     */
    public BackfillRunner(DataSource database) {
        this(database, told -> {}, null);
    }

    private BackfillRunner(
            DataSource database, Consumer<BackfillProgress> progress, @Nullable Supplier<Duration> latency) {
        this.database = database;
        this.progress = progress;
        this.latency = latency;
    }

    /** Returns a runner that tells after each batch, and at the end, how far it has come; on the thread that runs it. */
    public BackfillRunner tellingProgress(Consumer<BackfillProgress> listener) {
        return new BackfillRunner(database, listener, latency);
    }

    /**
     * Returns a runner that knows the application's latency, for {@link Backfill#yieldingAbove}.
     *
     * @param current tells how long operations take now; asked before each batch
     */
    public BackfillRunner watchingLatency(Supplier<Duration> current) {
        return new BackfillRunner(database, progress, current);
    }

    /**
     * Runs a backfill to its end, from the position that an earlier run left.
     *
     * @return how far it has come, which is to the end
     * @throws ChangeException if it failed, or its thread was interrupted, which it is still then; batches that were
     *     committed stay, and the position with them
     */
    public BackfillProgress run(Backfill backfill) throws ChangeException {
        BackfillProgress[] last = {
            new BackfillProgress(
                    backfill.table(),
                    0,
                    0,
                    backfill.pace().batchSize(),
                    List.of(),
                    Duration.ZERO,
                    Duration.ZERO,
                    false,
                    true)
        };
        try {
            new ChangeRunner(database::getConnection, SqlParameters.NONE, new Unobserved(latency), told -> {
                        last[0] = told;
                        progress.accept(told);
                    })
                    .run(backfill);
        } catch (ChangeException e) {
            if (e.getCause() instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw e;
        }
        return last[0];
    }

    private record Unobserved(@Nullable Supplier<Duration> known) implements StatementListener {
        @Override
        public void sessionOpened(int pid) {}

        @Override
        public @Nullable Object around(Execution execution) throws SQLException {
            return execution.proceed();
        }

        @Override
        public Optional<Duration> latency() {
            return known == null ? Optional.empty() : Optional.of(known.get());
        }
    }
}
