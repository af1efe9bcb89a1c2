package dev.zdm.rehearsal;

import dev.zdm.change.RunningChange;
import dev.zdm.change.SessionSource;
import dev.zdm.change.SqlParameters;
import dev.zdm.change.StatementListener;
import dev.zdm.observation.LockSampler;
import dev.zdm.observation.MigrationTimeline;
import dev.zdm.observation.SessionRegistry;
import dev.zdm.observation.SessionRole;
import dev.zdm.observation.StatementRun;
import dev.zdm.plan.Change;
import dev.zdm.postgres.Relation;
import dev.zdm.postgres.SqlState;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A change that goes on while the load does: what it ran when. */
final class ChangeUnderLoad {
    private final Listener listener;
    private final RunningChange running;

    ChangeUnderLoad(Change change, SessionSource source, Observed observed) {
        listener = new Listener(observed);
        running = new RunningChange(change, source, SqlParameters.NONE, listener);
    }

    /**
     * What learns of the change's sessions and statements.
     *
     * @param turns keeps those who read the data away from it
     * @param interlude what comes between two statements
     * @param hiccups learns of the times that are not the change's own
     * @param latency tells how long operations take now
     */
    record Observed(
            WallClock clock,
            SessionRegistry sessions,
            MigrationTimeline timeline,
            LockSampler locks,
            Turns turns,
            Interlude interlude,
            HiccupMeter hiccups,
            Supplier<Duration> latency) {}

    /** Returns the change itself. */
    RunningChange change() {
        return running;
    }

    /** Returns the threads that opened its sessions, by the numbers that the kernel gives them. */
    Set<Integer> threads() {
        return Set.copyOf(listener.threads);
    }

    List<StatementRun> statements() {
        synchronized (listener.runs) {
            return List.copyOf(listener.runs);
        }
    }

    /** Returns whether a statement with {@code IF NOT EXISTS} was skipped because a relation of this name is there. */
    boolean skipped(Relation relation) {
        synchronized (listener.skipped) {
            return listener.skipped.stream().anyMatch(notice -> notice.contains(relation.name()));
        }
    }

    /** Returns the statement that ran at this time, or had run last; null: none had. */
    static @Nullable StatementRun during(List<StatementRun> runs, Instant time) {
        StatementRun last = null;
        for (StatementRun run : runs) {
            if (!run.begin().isAfter(time)) {
                last = run;
            }
        }
        return last;
    }

    /** Writes down every statement. */
    private static final class Listener implements StatementListener {
        private final Observed observed;
        private final List<StatementRun> runs = Collections.synchronizedList(new ArrayList<>());
        private final List<String> skipped = Collections.synchronizedList(new ArrayList<>());
        private final Set<Integer> threads = ConcurrentHashMap.newKeySet();
        private volatile @Nullable Execution last;

        Listener(Observed observed) {
            this.observed = observed;
        }

        @Override
        public void sessionOpened(int pid) {
            observed.sessions().register(pid, SessionRole.MIGRATION);
            RunDelays.currentThread().ifPresent(threads::add);
        }

        @Override
        public Optional<Duration> latency() {
            return Optional.of(observed.latency().get());
        }

        @Override
        public void transactionOpen(int pid, boolean open) {
            observed.locks().transactionOpen(pid, open);
            if (!open) {
                observed.hiccups().look(); // Its session may be gone before the next one.
                observed.turns().ends(pid);
            }
            Execution done = last;
            if (!open && done != null && done.pid() == pid) {
                observed.interlude().after(done);
            }
        }

        @Override
        public @Nullable Object around(Execution execution) throws SQLException {
            observed.turns().begins(execution.pid(), Interlude.isAlone(execution.connection()));
            lookAtLocks(execution.pid());
            long began = System.nanoTime();
            observed.timeline()
                    .statementStarted(
                            execution.pid(),
                            execution.statement(),
                            observed.clock().at(began));
            StatementRun.Failure failed = null;
            @Nullable Object result;
            try {
                result = execution.proceed();
                noteSkipped(execution);
            } catch (SQLException e) {
                failed = new StatementRun.Failure(SqlState.of(e), String.valueOf(e.getMessage()));
                throw e;
            } finally {
                note(execution, began, System.nanoTime(), failed);
                observed.locks().statementEnded(execution.pid());
                if (!Interlude.isOpen(execution.connection())) {
                    observed.turns().ends(execution.pid());
                }
            }
            last = execution;
            observed.interlude().after(execution);
            return result;
        }

        /** What zdm takes its time for while the change holds locks is not the change's fault. */
        private void lookAtLocks(int pid) {
            long began = System.nanoTime();
            observed.locks().statementBegins(pid);
            observed.hiccups().heldUp(began);
        }

        private void noteSkipped(Execution execution) throws SQLException {
            for (SQLWarning notice = execution.notices(); notice != null; notice = notice.getNextWarning()) {
                if (SqlState.of(notice).equals(SqlState.DUPLICATE_TABLE)) {
                    skipped.add(String.valueOf(notice.getMessage()));
                }
            }
        }

        private void note(Execution execution, long began, long ended, StatementRun.@Nullable Failure failed) {
            WallClock clock = observed.clock();
            observed.timeline().statementEnded(execution.pid(), clock.at(ended));
            runs.add(
                    new StatementRun(execution.statement(), execution.pid(), clock.at(began), clock.at(ended), failed));
        }
    }
}
