package dev.zdm.workload;

import dev.zdm.observation.LedgerHistory;
import dev.zdm.observation.Mismatch;
import dev.zdm.observation.OperationName;
import dev.zdm.plan.ApplicationVersion;
import dev.zdm.plan.VersionRole;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.function.LongUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who owns which key, and what was written last, for both versions together.
 *
 * <p>What is known of an owned key is used only by who owns it at that time, so the order of writes on it is known. Safe
 * for use by several threads.
 */
public final class LedgerBook {
    private static final long FIRST_NUMBER = 1_000_000;
    private static final long FIRST_NUMBER_APART = 500_000_000;

    private final KeySpace space;
    private final LongFunction<Instant> clock;
    private final Leases[] leases;
    private final ConcurrentMap<Long, KeyState> states = new ConcurrentHashMap<>();
    private final ConcurrentMap<Total, TotalState> totals = new ConcurrentHashMap<>();
    private final Map<VersionRole, FactReader> readers = new ConcurrentHashMap<>();
    private final AtomicLong numbers;
    private final ColumnValues columns = new ColumnValues();
    private volatile LedgerTally tally = new LedgerTally();

    /**
     * Opens a book in which nothing is written.
     *
     * @param workers how many workers each version has
     * @param highestKey the highest key
     * @param clock turns {@link System#nanoTime()} into instants
     */
    public LedgerBook(int workers, long highestKey, LongFunction<Instant> clock) {
        this(workers, highestKey, clock, FIRST_NUMBER);
    }

    private LedgerBook(int workers, long highestKey, LongFunction<Instant> clock, long firstNumber) {
        this.space = new KeySpace(highestKey, workers);
        this.clock = clock;
        this.numbers = new AtomicLong(firstNumber);
        this.leases = Stream.generate(Leases::new).limit(workers).toArray(Leases[]::new);
    }

    /** Opens a book for one worker, whose new numbers are none that another book's operations have written. */
    static LedgerBook apart(long highestKey) {
        return new LedgerBook(1, highestKey, nanos -> Instant.EPOCH, FIRST_NUMBER_APART);
    }

    /** Opens a book for a version that is alone. */
    static LedgerBook of(VersionLoad.Target target) {
        Instant base = Instant.now();
        long baseNanos = System.nanoTime();
        return new LedgerBook(target.workers(), target.highestKey(), nanos -> base.plusNanos(nanos - baseNanos));
    }

    private record Total(String fact, long key) {}

    /** Lets a version take part; what totals it can read, nobody may be adding to now, or they are in the book already. */
    void join(VersionRole version, Facts facts, LoadListener listener) {
        FactReader reader = new FactReader(version, facts, listener);
        readers.put(version, reader);
        for (Fact fact : facts.facts()) {
            if (fact.total()) {
                space.sharedKeys().forEach(key -> total(fact, key).begin(reader.read(fact, key)));
            }
        }
    }

    /**
     * Lets facts have values of the columns that a version's {@link ReadBack#column} names, unless the other version's
     * does already; without this call new values are plain.
     *
     * @throws dev.zdm.plan.PlanException if a column is not there, or has no such values
     */
    public void drawFrom(ApplicationVersion version, Connection connection) throws SQLException {
        columns.resolve(version, connection);
    }

    ColumnValues columns() {
        return columns;
    }

    KeySpace space() {
        return space;
    }

    /** Returns the keys of one worker of one version; the one with the same number of the other has the same. */
    WorkerKeys keys(int worker, LongUnaryOperator draw) {
        return new WorkerKeys(draw, space, worker, leases[worker]);
    }

    Leases leases(long key) {
        return leases[space.pair(key)];
    }

    long next() {
        return numbers.incrementAndGet();
    }

    KeyState state(long key) {
        return states.computeIfAbsent(key, unknown -> new KeyState());
    }

    TotalState total(Fact fact, long key) {
        return totals.computeIfAbsent(new Total(fact.name(), key), unknown -> new TotalState());
    }

    @Nullable
    FactReader reader(VersionRole version) {
        return readers.get(version);
    }

    LedgerTally tally() {
        return tally;
    }

    /** Reads a key back before it is written; the caller owns it. */
    void readBack(OperationName operation, Fact fact, long key, FactState state) {
        FactReader reader = readers.get(operation.version());
        FactReader.@Nullable Found found = reader == null ? null : reader.read(fact, key);
        if (reader == null) {
            return;
        }
        if (!state.allowed().isEmpty()) {
            if (found == null) {
                tally.unverified(reader.name(fact));
            } else {
                tally.readBack();
            }
        }
        if (found != null) {
            compare(new MismatchReport(reader, operation, fact, key), state, found.value());
        }
    }

    /** Compares what was read with what is known of it; the caller owns the key. */
    void compare(MismatchReport report, FactState state, @Nullable Object found) {
        long now = System.nanoTime();
        Mismatch.Kind kind = state.read(found, now);
        if (kind == null) {
            return;
        }
        FactReader other = readers.get(report.reader().version().other());
        Mismatch mismatch = report.of(kind, state, found, other, clock, now);
        tally.mismatch(mismatch);
        if (mismatch.kind() != Mismatch.Kind.VERSIONS_DIFFER) {
            state.accept(found, now);
        }
    }

    LongFunction<Instant> clock() {
        return clock;
    }

    /**
     * Reads every written key back while the load is drained, by each of these versions, and compares the totals.
     *
     * @param versions those that have traffic
     * @param drained whether nothing is under way; otherwise keys that are owned, and totals, are left out
     */
    public void readBack(Set<VersionRole> versions, boolean drained) throws InterruptedException {
        new DrainedReadBack(this, versions).run(drained);
    }

    /** Lets these versions, and no other, read from now on, wherever their facts are. */
    void readBy(Map<VersionRole, Facts> facts, LoadListener listener) {
        readers.clear();
        facts.forEach((version, there) -> readers.put(version, new FactReader(version, there, listener)));
    }

    /** Forgets what was written of facts that none of these versions can read: it was given up by going back to them. */
    public void keepOnly(Set<VersionRole> versions) {
        Set<String> kept = versions.stream()
                .map(readers::get)
                .flatMap(Stream::ofNullable)
                .flatMap(reader -> reader.facts().facts().stream())
                .map(Fact::name)
                .collect(Collectors.toSet());
        states.values().forEach(state -> state.keepOnly(kept));
        totals.keySet().removeIf(total -> !kept.contains(total.fact()));
    }

    /** Returns the keys that were written through the book. */
    public LongStream keys() {
        return states.keySet().stream().mapToLong(Long::longValue);
    }

    /** Returns what happened since the last call, or the begin. */
    public LedgerHistory take() {
        LedgerTally taken = tally;
        tally = new LedgerTally();
        return taken.toHistory();
    }
}
