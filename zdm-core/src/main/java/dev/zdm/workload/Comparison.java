package dev.zdm.workload;

import dev.zdm.observation.Agreement;
import dev.zdm.observation.Agreement.Difference;
import dev.zdm.observation.Agreement.When;
import dev.zdm.plan.ApplicationVersion;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Compares what both versions read of the same keys, for every fact that both have. Safe for use by several threads.
 *
 * <p>Memory does not depend on the number of keys: they are read in batches, and only the first differences are kept.
 */
public final class Comparison implements AutoCloseable {
    /** How many keys are read at once where a workload can. */
    public static final int BATCH = 1000;

    private static final int SHOWN = 5;

    private final Facts older;
    private final Facts newer;
    private final Supplier<Instant> clock;
    private final List<Fact> common;
    private final Map<String, Sum> sums = new LinkedHashMap<>();

    /**
     * Makes a comparison.
     *
     * @param clock tells when a difference was seen
     */
    public Comparison(Facts older, Facts newer, Supplier<Instant> clock) {
        this.older = older;
        this.newer = newer;
        this.clock = clock;
        this.common = older.facts().stream().filter(newer.facts()::contains).toList();
    }

    /**
     * Binds both versions to a source of connections and makes a comparison, which the caller closes.
     *
     * @param clock tells when a difference was seen
     */
    public static Comparison of(
            ApplicationVersion older, ApplicationVersion newer, DataSource database, Supplier<Instant> clock) {
        Facts old = Facts.bind(older, database);
        try {
            return new Comparison(old, Facts.bind(newer, database), clock);
        } catch (RuntimeException e) {
            old.close();
            throw e;
        }
    }

    /** Closes what both versions have opened for it. Does not throw. */
    @Override
    public void close() {
        older.close();
        newer.close();
    }

    private static final class Sum {
        private long comparisons;
        private long differing;
        private long unread;
        private long absent;
        private final List<Difference> first = new ArrayList<>();
        private @Nullable String failure;

        /** Keys that both fail to read in the same way have no row, unless that holds of all of them. */
        private Agreement toAgreement(String fact, When when) {
            return new Agreement(
                    fact, when, comparisons, differing, first, comparisons == 0 ? unread + absent : unread, failure);
        }
    }

    /** What reading a key came to: a value, or a failure. */
    private record Read(@Nullable Object value, @Nullable Exception failure) {}

    /** Returns the facts that both versions have. */
    public List<Fact> facts() {
        return common;
    }

    /**
     * Compares the facts of some keys.
     *
     * @throws SQLException if a version could not read for a reason of the database's
     */
    public void compare(List<Long> keys) throws SQLException {
        for (Fact fact : common) {
            if (older.readsMany(fact) && newer.readsMany(fact)) {
                compareMany(fact, keys);
            } else {
                for (long key : keys) {
                    compareOne(fact, key);
                }
            }
        }
    }

    /**
     * Compares the facts of all keys from 1 to the highest, by as many threads as given.
     *
     * @throws SQLException if a version could not read for a reason of the database's
     */
    public void compareAll(long highestKey, int threads) throws SQLException, InterruptedException {
        if (!common.isEmpty()) {
            new Batches(highestKey, BATCH)
                    .forEach(
                            threads,
                            (from, to) ->
                                    compare(LongStream.range(from, to).boxed().toList()));
        }
    }

    private void compareOne(Fact fact, long key) throws SQLException {
        Read old = read(older, fact, key);
        Read young = read(newer, fact, key);
        if (old.failure() == null && young.failure() == null) {
            add(fact, key, old.value(), young.value());
        } else {
            fail(
                    fact,
                    1,
                    sameFailure(old.failure(), young.failure()),
                    old.failure() != null ? old.failure() : young.failure());
        }
    }

    private static boolean sameFailure(@Nullable Exception one, @Nullable Exception other) {
        return one != null && other != null && one.getClass() == other.getClass();
    }

    private static Read read(Facts version, Fact fact, long key) throws SQLException {
        try {
            return new Read(version.read(fact, key), null);
        } catch (Exception e) {
            rethrowIfOfTheDatabase(e);
            return new Read(null, e);
        }
    }

    private void compareMany(Fact fact, List<Long> keys) throws SQLException {
        try {
            Map<?, ?> old = older.readMany(fact, keys);
            Map<?, ?> young = newer.readMany(fact, keys);
            for (long key : keys) {
                add(fact, key, old.get(key), young.get(key));
            }
        } catch (Exception e) {
            rethrowIfOfTheDatabase(e);
            fail(fact, keys.size(), false, e);
        }
    }

    /** An application's own exception, of a row that is not there for example, is one more thing to compare. */
    private static void rethrowIfOfTheDatabase(Exception failure) throws SQLException {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                throw sql;
            }
        }
    }

    private synchronized void add(Fact fact, long key, @Nullable Object old, @Nullable Object young) {
        Sum sum = sum(fact);
        sum.comparisons++;
        if (!Values.same(old, young)) {
            sum.differing++;
            if (sum.first.size() < SHOWN) {
                sum.first.add(new Difference(key, Values.words(old), Values.words(young), clock.get()));
            }
        }
    }

    private synchronized void fail(Fact fact, int keys, boolean inTheSameWay, @Nullable Exception failure) {
        Sum sum = sum(fact);
        if (inTheSameWay) {
            sum.absent += keys;
        } else {
            sum.unread += keys;
        }
        sum.failure = sum.failure == null ? String.valueOf(failure) : sum.failure;
    }

    private Sum sum(Fact fact) {
        return sums.computeIfAbsent(fact.name(), first -> new Sum());
    }

    /** Returns what was compared since the last call, by fact. */
    public synchronized List<Agreement> take(When when) {
        List<Agreement> agreements = new ArrayList<>();
        sums.forEach((fact, sum) -> agreements.add(sum.toAgreement(fact, when)));
        sums.clear();
        return agreements;
    }

    /** Forgets what was compared since the last {@link #take}. */
    public synchronized void forget() {
        sums.clear();
    }
}
