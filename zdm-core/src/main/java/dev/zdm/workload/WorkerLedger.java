package dev.zdm.workload;

import dev.zdm.observation.OperationName;
import dev.zdm.plan.VersionRole;
import dev.zdm.values.DistinctValues;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the operations of one worker say about their writes, one after the other. For use by one thread. */
final class WorkerLedger {
    private final LedgerBook book;
    private final VersionRole version;
    private final List<Fact> facts;
    private final WorkerKeys keys;
    private final Map<Fact, FactLedger> ledgers = new HashMap<>();
    private final Set<FactState> announced = new LinkedHashSet<>();
    private final List<Addition> additions = new ArrayList<>();
    private OperationName operation;
    private int acknowledged;

    /**
     * Makes the ledger of one worker.
     *
     * @param facts those of the worker's version
     */
    WorkerLedger(LedgerBook book, VersionRole version, List<Fact> facts, WorkerKeys keys) {
        this.book = book;
        this.version = version;
        this.facts = facts;
        this.keys = keys;
        this.operation = new OperationName(version, "");
    }

    private record Addition(TotalState total, long key, long amount) {}

    /** Returns what an operation gets. */
    Ledger ledger() {
        return new FactLedger(this, null);
    }

    Ledger ledger(String name) {
        Fact fact = facts.stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("the " + version.label() + " has no fact '" + name
                        + "' marked with @ReadBack, but only " + names()));
        return ledgers.computeIfAbsent(fact, key -> new FactLedger(this, fact));
    }

    /** Returns the only fact of a kind. */
    Fact only(boolean total) {
        List<Fact> found = facts.stream().filter(fact -> fact.total() == total).toList();
        if (found.size() != 1) {
            throw new IllegalStateException("the " + version.label() + " has " + found.size()
                    + " facts marked with @ReadBack" + (total ? "(total = true)" : "") + " that could be meant, of "
                    + names() + (found.isEmpty() ? "" : "; say which with ledger.fact(name)"));
        }
        return found.get(0);
    }

    private List<String> names() {
        return facts.stream().map(Fact::name).toList();
    }

    void begin(OperationName next) {
        operation = next;
        acknowledged = 0;
    }

    /** Ends an operation; null: it did not fail. */
    void end(@Nullable Throwable failure) {
        if (!announced.isEmpty() || !additions.isEmpty()) {
            Fate fate = Fate.of(failure);
            for (FactState state : announced) {
                if (state.isAnnounced()) {
                    count(fate);
                    state.end(fate);
                }
            }
            for (Addition addition : additions) {
                count(fate);
                addition.total().ended(addition.amount(), fate);
            }
            announced.clear();
            additions.clear();
        }
        book.tally().ended(operation, acknowledged, failure == null);
    }

    private void count(Fate fate) {
        if (fate != Fate.ROLLED_BACK) {
            book.tally().unknown();
        }
    }

    long nextNumber(Fact fact) {
        DistinctValues ofColumn = book.columns().of(fact);
        return ofColumn == null ? book.next() : ofColumn.number();
    }

    String nextText(Fact fact) {
        DistinctValues ofColumn = book.columns().of(fact);
        return ofColumn == null
                ? (version == VersionRole.OLD ? "old" : "new") + Long.toString(book.next(), Character.MAX_RADIX)
                : ofColumn.text();
    }

    void announce(Fact fact, long key, @Nullable Object value) {
        requireOwned(key);
        KeyState state = book.state(key);
        FactState known = state.of(fact);
        if (!known.isAnnounced()) {
            book.readBack(operation, fact, key, known);
        }
        state.forgetAllBut(facts);
        known.announce(new Write(value, operation, System.nanoTime()));
        announced.add(known);
    }

    private void requireOwned(long key) {
        if (!keys.isOwned(key)) {
            throw new IllegalStateException("operation " + operation + " does not own key " + key
                    + "; the ledger is for keys that keys.own() returned to the same operation");
        }
    }

    void acknowledge(Fact fact, long key, @Nullable Object value) {
        requireOwned(key);
        FactState known = book.state(key).of(fact);
        if (!known.isAnnounced()) {
            throw new IllegalStateException("operation " + operation + " acknowledges a write of '" + fact.name()
                    + "' of key " + key + " that it did not announce");
        }
        known.acknowledge(new Write(value, operation, System.nanoTime()));
        acknowledged++;
    }

    void adding(Fact fact, long key, long amount) {
        if (!book.space().isShared(key)) {
            throw new IllegalStateException("operation " + operation + " adds to key " + key
                    + ", which is not shared; take it from keys.shared()");
        }
        additions.add(new Addition(book.total(fact, key), key, amount));
    }

    void acknowledgeAdded(Fact fact, long key, long amount) {
        Addition done = new Addition(book.total(fact, key), key, amount);
        if (!additions.remove(done)) {
            throw new IllegalStateException("operation " + operation + " acknowledges to have added " + amount + " to '"
                    + fact.name() + "' of key " + key + ", which it did not announce");
        }
        done.total().added(amount, operation, System.nanoTime());
        acknowledged++;
    }
}
