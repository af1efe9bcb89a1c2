package dev.zdm.rehearsal;

import dev.zdm.observation.OperationName;
import dev.zdm.observation.SessionRegistry;
import dev.zdm.observation.SessionRole;
import dev.zdm.observation.WindowKind;
import dev.zdm.plan.VersionRole;
import dev.zdm.workload.LoadListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Sorts what the load does into the windows of one phase. Safe for use by several threads. */
final class LoadRecorder implements LoadListener {
    private final WallClock clock;
    private final SessionRegistry sessions;
    private final SlowRuns slow;
    private final Thread controller = Thread.currentThread();
    private volatile Recording recording;

    LoadRecorder(WallClock clock, SessionRegistry sessions, SlowRuns slow) {
        this.clock = clock;
        this.sessions = sessions;
        this.slow = slow;
        this.recording = new Recording(clock);
    }

    /** What is being recorded of one phase. */
    static final class Recording {
        private final List<OpenWindow> windows = new CopyOnWriteArrayList<>();
        private final ErrorCounts errors = new ErrorCounts();
        private final IntervalRecorder intervals;
        private volatile @Nullable OpenWindow watched;

        Recording(WallClock clock) {
            this.intervals = new IntervalRecorder(clock);
        }

        List<OpenWindow> windows() {
            return windows;
        }

        ErrorCounts errors() {
            return errors;
        }

        IntervalRecorder intervals() {
            return intervals;
        }

        /** Fills one more window beside the latest one, until another one or null takes its place. */
        void watch(@Nullable OpenWindow window) {
            watched = window;
        }

        private @Nullable OpenWindow latest() {
            return windows.isEmpty() ? null : windows.get(windows.size() - 1);
        }

        private @Nullable OpenWindow at(long nanos) {
            for (int i = windows.size() - 1; i >= 0; i--) {
                if (windows.get(i).beginNanos() <= nanos) {
                    return windows.get(i);
                }
            }
            return windows.isEmpty() ? null : windows.get(0);
        }
    }

    /** Begins the recording of a phase; operations that are still under way count for it. */
    Recording beginPhase() {
        Recording next = new Recording(clock);
        recording = next;
        return next;
    }

    @Override
    public void sessionUsed(VersionRole version, @Nullable OperationName operation, int pid) {
        sessions.register(pid, SessionRole.of(version));
        if (operation != null) {
            sessions.operationStarted(pid, operation, clock.now());
        } else if (!isOwn(Thread.currentThread())) {
            slow.withoutOperation();
        }
    }

    /** Outside of operations such a thread reads what operations on the same tables read and write beside it. */
    private boolean isOwn(Thread thread) {
        return thread.equals(controller) || thread.getName().startsWith("zdm");
    }

    @Override
    public void sessionReleased(int pid) {
        sessions.operationEnded(pid, clock.now());
    }

    @Override
    public void ended(Outcome outcome, @Nullable Throwable failure) {
        slow.ended(outcome.began(), outcome.ended());
        Recording now = recording;
        OpenWindow due = now.at(outcome.intended());
        OpenWindow latest = now.latest();
        boolean failed = failure != null;
        if (due != null) {
            due.record(outcome, failed);
        }
        if (latest != null && latest != due) {
            latest.cover(outcome, failed);
        }
        OpenWindow watched = now.watched;
        if (watched != null) {
            watched.cover(outcome, failed);
        }
        now.intervals.record(outcome.operation(), outcome.ended() - outcome.intended());
        if (failure == null) {
            now.errors.succeeded(outcome.operation());
        } else {
            now.errors.failed(outcome, failure, latest == null ? WindowKind.STEADY : latest.kind());
        }
    }

    @Override
    public void readBack(Outcome outcome, @Nullable Throwable failure) {
        slow.ended(outcome.began(), outcome.ended());
        Recording now = recording;
        OpenWindow latest = now.latest();
        if (failure == null) {
            now.errors.succeeded(outcome.operation());
        } else {
            now.errors.failed(outcome, failure, latest == null ? WindowKind.STEADY : latest.kind());
        }
    }

    @Override
    public boolean isWanted(OperationName operation, int worker) {
        Recording now = recording;
        OpenWindow watched = now.watched;
        OpenWindow latest = now.latest();
        return (watched != null && watched.isWanted(operation, worker))
                || (latest != null && latest.isWanted(operation, worker));
    }
}
