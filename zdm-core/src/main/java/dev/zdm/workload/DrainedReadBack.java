package dev.zdm.workload;

import dev.zdm.observation.Mismatch.Kind;
import dev.zdm.plan.VersionRole;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Reads every written key back, by each version that has traffic, on a few threads. */
final class DrainedReadBack {
    private static final int THREADS = 4;

    private final LedgerBook book;
    private final List<FactReader> readers = new ArrayList<>();

    DrainedReadBack(LedgerBook book, Set<VersionRole> versions) {
        this.book = book;
        for (VersionRole version : VersionRole.values()) {
            FactReader reader = book.reader(version);
            if (versions.contains(version) && reader != null) {
                readers.add(reader);
            }
        }
    }

    void run(boolean drained) throws InterruptedException {
        long[] keys = book.keys().sorted().toArray();
        AtomicInteger next = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < Math.min(THREADS, keys.length); i++) {
            Thread thread = new Thread(() -> readAll(keys, next), "zdm read-back " + i);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
        if (drained) {
            totals();
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void readAll(long[] keys, AtomicInteger next) {
        for (int i = next.getAndIncrement(); i < keys.length; i = next.getAndIncrement()) {
            Leases leases = book.leases(keys[i]);
            if (leases.take(keys[i])) { // Otherwise an operation that would not end owns it.
                try {
                    read(keys[i]);
                } finally {
                    leases.release(Set.of(keys[i]));
                }
            }
        }
    }

    private void read(long key) {
        KeyState state = book.state(key);
        boolean read = false;
        for (FactReader reader : readers) {
            for (Fact fact : reader.facts().facts()) {
                if (state.knows(fact)) {
                    read |= read(new MismatchReport(reader, null, fact, key), state.of(fact));
                }
            }
        }
        if (read) {
            book.tally().drainedKey();
        }
    }

    /** Returns whether it could be read. */
    private boolean read(MismatchReport report, FactState state) {
        FactReader.@Nullable Found found = report.reader().read(report.fact(), report.key());
        if (found == null) {
            book.tally().unverified(report.reader().name(report.fact()));
            return false;
        }
        book.tally().drainedReadBack();
        book.compare(report, state, found.value());
        return true;
    }

    private void totals() {
        book.space().sharedKeys().forEach(key -> {
            for (FactReader reader : readers) {
                reader.facts().facts().stream()
                        .filter(Fact::total)
                        .forEach(fact -> total(new MismatchReport(reader, null, fact, key)));
            }
        });
    }

    private void total(MismatchReport report) {
        TotalState state = book.total(report.fact(), report.key());
        FactReader.@Nullable Found found = report.reader().read(report.fact(), report.key());
        if (found == null || state.isBeginUnknown()) {
            book.tally().unverified(report.reader().name(report.fact()));
        }
        if (found == null) {
            return;
        }
        BigDecimal value = found.value() instanceof Number number ? Values.exact(number) : null;
        if (state.expected() != null) {
            book.tally().total();
            Kind kind = state.judge(value);
            if (kind != null) {
                long now = System.nanoTime();
                book.tally().mismatch(report.ofTotal(kind, state, value, book.clock(), now));
            }
        }
        if (value != null) {
            state.settle(value);
        }
    }
}
