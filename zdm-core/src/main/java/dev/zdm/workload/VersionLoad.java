package dev.zdm.workload;

import dev.zdm.observation.OperationName;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.VersionRole;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The load of one application version: named threads that run its operations at a constant rate, each on a session of
 * its own.
 *
 * <p>The controlling methods are for one thread. A rate of zero lets the workers rest; their sessions stay open.
 */
public final class VersionLoad implements AutoCloseable {
    private static final Duration PARADE_LIMIT = Duration.ofSeconds(30);
    private static final long END_SECONDS = 10;
    private static final long LONGEST_NAP_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final VersionRole version;
    private final RoutedSource source;
    private final LoadListener listener;
    private final BoundVersion bound;
    private final List<OperationName> names;
    private final int totalWeight;
    private final List<Thread> workers = new ArrayList<>();
    private final AtomicInteger busy = new AtomicInteger();
    private final WorkTime work = new WorkTime();

    private final Duration paradeLimit;
    private final boolean isService;

    private volatile @Nullable Schedule schedule;
    private volatile @Nullable SessionParade parade;
    private volatile boolean closed;

    /** Connects a version that is alone; see the other constructor. */
    public VersionLoad(VersionRole version, ApplicationVersion application, Target target, LoadListener listener) {
        this(version, application, target, LedgerBook.of(target), listener);
    }

    /**
     * Connects a version and starts its workers; they rest until they get a rate.
     *
     * @param target where and how many
     * @param book what both versions write
     */
    public VersionLoad(
            VersionRole version,
            ApplicationVersion application,
            Target target,
            LedgerBook book,
            LoadListener listener) {
        this(version, application, target, book, listener, PARADE_LIMIT);
    }

    VersionLoad(
            VersionRole version,
            ApplicationVersion application,
            Target target,
            LedgerBook book,
            LoadListener listener,
            Duration paradeLimit) {
        this.paradeLimit = paradeLimit;
        this.version = version;
        this.listener = listener;
        boolean readsReplica = !Workloads.onReplica(application).isEmpty();
        this.source = new RoutedSource(version, target, readsReplica, listener);
        this.isService = application instanceof ApplicationVersion.OfService;
        this.bound = bind(application, target);
        this.names = bound.operations().stream()
                .map(operation -> new OperationName(version, operation.name()))
                .toList();
        this.totalWeight =
                bound.operations().stream().mapToInt(BoundOperation::weight).sum();
        book.join(version, bound.facts(), listener);
        for (int i = 0; i < (names.isEmpty() ? 0 : target.workers()); i++) {
            workers.add(thread(i, book));
        }
        workers.forEach(Thread::start);
    }

    private BoundVersion bind(ApplicationVersion application, Target target) {
        try {
            return isService
                    ? Workloads.bind(application, target.source(), pid -> listener.sessionUsed(version, null, pid))
                    : Workloads.bind(application, source);
        } catch (RuntimeException e) {
            source.close();
            throw e;
        }
    }

    /**
     * Where a load goes.
     *
     * @param jdbcUrl the database
     * @param credentials user and password
     * @param workers how many threads and sessions
     * @param highestKey the highest key for {@link Keys}
     * @param replicaUrl the database's image on a replica, with the same user; null: there is no replica
     * @param pooled whether the database is behind a pooling proxy, so that sessions are known by their application's name
     */
    public record Target(
            String jdbcUrl,
            Properties credentials,
            int workers,
            long highestKey,
            @Nullable String replicaUrl,
            boolean pooled) {
        /** Makes a target without a replica. */
        public Target(String jdbcUrl, Properties credentials, int workers, long highestKey) {
            this(jdbcUrl, credentials, workers, highestKey, null, false);
        }

        private PGSimpleDataSource source() {
            PGSimpleDataSource source = new PGSimpleDataSource();
            source.setUrl(jdbcUrl);
            source.setUser(credentials.getProperty("user"));
            source.setPassword(credentials.getProperty("password"));
            return source;
        }
    }

    /** Returns the names of the version's operations; empty for an absent version. */
    public List<OperationName> operations() {
        return names;
    }

    /** Returns how many workers, and so sessions, there are. */
    public int workers() {
        return workers.size();
    }

    /** Sets how many operations arrive per second from now on; what is overdue by the old rate is given up. */
    public void rate(double perSecond) {
        schedule = perSecond > 0 && !workers.isEmpty() ? new Schedule(System.nanoTime(), perSecond, work) : null;
        workers.forEach(LockSupport::unpark);
    }

    /** Returns which part of their time the workers have been busy since the rate was set, 0 to 1. */
    public double utilization() {
        Schedule running = schedule;
        return running == null ? 0 : running.busyShare(System.nanoTime(), workers.size());
    }

    /** Returns how long the oldest slot that nobody has taken yet is overdue, in nanoseconds; 0: none is. */
    public long overdueNanos() {
        Schedule running = schedule;
        return running == null ? 0 : Math.max(0, running.overdue(System.nanoTime()));
    }

    /**
     * Stops the arrivals and returns when every operation under way has ended, or false after the given time.
     *
     * @param catchUp whether what is overdue is worked off first
     */
    public boolean drain(boolean catchUp, long timeoutNanos) throws InterruptedException {
        long deadline = System.nanoTime() + timeoutNanos;
        while (catchUp && overdueNanos() > LONGEST_NAP_NANOS && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        rate(0);
        while (busy.get() > 0 && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
        return busy.get() == 0;
    }

    /**
     * Gives each worker a session of its own; a service has those that it opens.
     *
     * @return why not all of them have one; empty: they have
     */
    public Optional<String> spreadSessions() {
        return parade(false)
                .map(why -> "not every worker of the " + version.label() + " got a session of its own: " + why);
    }

    /**
     * Ends the sessions of every second worker and gives them new ones; the others keep theirs, and a service all of its own.
     *
     * @return why that did not succeed; empty: it did
     */
    public Optional<String> renewHalf() {
        return parade(true)
                .or(() -> parade(false))
                .map(why -> "the sessions of the " + version.label() + " were not renewed after the change: " + why);
    }

    private Optional<String> parade(boolean renew) {
        if (workers.isEmpty() || isService) {
            return Optional.empty();
        }
        for (SessionPool pool : source.pools()) {
            SessionParade next = new SessionParade(pool, workers.size(), renew, paradeLimit);
            parade = next;
            workers.forEach(LockSupport::unpark);
            Optional<String> failure = next.await();
            parade = null;
            if (failure.isPresent()) {
                return failure;
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        closed = true;
        schedule = null;
        workers.forEach(Thread::interrupt);
        source.close();
        awaitEnd();
        bound.close();
    }

    private void awaitEnd() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(END_SECONDS);
        for (Thread worker : workers) {
            try {
                worker.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private Thread thread(int index, LedgerBook book) {
        SplittableRandom random = new SplittableRandom(2L * index + (version == VersionRole.OLD ? 0 : 1));
        Worker worker = Worker.of(index, version, bound.facts().facts(), random, book);
        Thread thread = new Thread(() -> work(worker), "zdm " + version.label() + " " + index);
        thread.setDaemon(true);
        return thread;
    }

    private void work(Worker worker) {
        SessionParade done = null;
        while (!closed) {
            SessionParade called = parade;
            Schedule running = schedule;
            if (called != null && called != done) {
                called.join(worker.index());
                done = called;
            } else if (running == null) {
                LockSupport.parkNanos(this, LONGEST_NAP_NANOS);
            } else {
                runSlot(running, worker);
            }
        }
    }

    private void runSlot(Schedule running, Worker worker) {
        if (running.overdue(System.nanoTime()) < -LONGEST_NAP_NANOS) {
            LockSupport.parkNanos(this, LONGEST_NAP_NANOS / 2);
            return;
        }
        busy.incrementAndGet();
        try {
            if (schedule != running) {
                return; // Who drains the load may have looked before this worker counted as busy.
            }
            long due = running.take();
            for (long now = System.nanoTime(); now < due && !closed; now = System.nanoTime()) {
                LockSupport.parkNanos(this, due - now);
            }
            if (!closed) {
                running.workBegins(System.nanoTime());
                try {
                    runOperation(due, choose(worker), worker);
                } finally {
                    running.workEnds(System.nanoTime());
                }
            }
        } finally {
            busy.decrementAndGet();
        }
    }

    /** Chooses what a window still wants from this worker, otherwise by weight. */
    private int choose(Worker worker) {
        for (int i = 0; i < names.size(); i++) {
            if (listener.isWanted(names.get(i), worker.index())) {
                return i;
            }
        }
        int ticket = worker.random().nextInt(totalWeight);
        int chosen = 0;
        while (ticket >= bound.operations().get(chosen).weight()) {
            ticket -= bound.operations().get(chosen).weight();
            chosen++;
        }
        return chosen;
    }

    private void runOperation(long due, int chosen, Worker worker) {
        OperationName name = names.get(chosen);
        BoundOperation operation = bound.operations().get(chosen);
        source.begin(name, operation);
        long began = System.nanoTime();
        Throwable failure;
        try {
            failure = worker.run(operation, name);
        } finally {
            source.end();
        }
        if (failure == null || !closed) {
            listener.ended(new LoadListener.Outcome(name, worker.index(), due, began, System.nanoTime()), failure);
        }
    }
}
