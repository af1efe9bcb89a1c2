package dev.zdm.workload;

import org.jspecify.annotations.Nullable;

/** The ledger of one fact, or of the only one of its version. */
final class FactLedger implements Ledger {
    private final WorkerLedger worker;
    private final @Nullable Fact chosen;

    FactLedger(WorkerLedger worker, @Nullable Fact chosen) {
        this.worker = worker;
        this.chosen = chosen;
    }

    @Override
    public String newValue(long key) {
        Fact fact = value("newValue");
        if (!fact.type().isAssignableFrom(String.class)) {
            throw wrongType("newValue", fact, String.class);
        }
        String value = worker.nextText(fact);
        worker.announce(fact, key, value);
        return value;
    }

    @Override
    public long newNumber(long key) {
        Fact fact = value("newNumber");
        if (!Values.isExact(fact.type())) {
            throw wrongType("newNumber", fact, Long.class);
        }
        long value = worker.nextNumber(fact);
        worker.announce(fact, key, value);
        return value;
    }

    @Override
    public void announce(long key, @Nullable Object value) {
        worker.announce(fitting("announce", value), key, value);
    }

    @Override
    public void acknowledge(long key, @Nullable Object value) {
        worker.acknowledge(fitting("acknowledge", value), key, value);
    }

    @Override
    public void adding(long key, long amount) {
        worker.adding(total("adding"), key, amount);
    }

    @Override
    public void acknowledgeAdded(long key, long amount) {
        worker.acknowledgeAdded(total("acknowledgeAdded"), key, amount);
    }

    @Override
    public Ledger fact(String name) {
        return worker.ledger(name);
    }

    private Fact fitting(String method, @Nullable Object value) {
        Fact fact = value(method);
        if (value != null && !fits(fact, value)) {
            throw wrongType(method, fact, value.getClass());
        }
        return fact;
    }

    private static boolean fits(Fact fact, Object value) {
        return fact.type().isInstance(value) || (Values.isExact(fact.type()) && Values.isExact(value.getClass()));
    }

    private Fact value(String method) {
        Fact fact = chosen == null ? worker.only(false) : chosen;
        if (fact.total()) {
            throw new IllegalStateException(
                    "ledger." + method + " is for owned keys, but '" + fact.name() + "' is a total; use adding");
        }
        return fact;
    }

    private Fact total(String method) {
        Fact fact = chosen == null ? worker.only(true) : chosen;
        if (!fact.total()) {
            throw new IllegalStateException("ledger." + method + " is for totals, but '" + fact.name()
                    + "' is none; mark it with @ReadBack(total = true)");
        }
        return fact;
    }

    private static IllegalStateException wrongType(String method, Fact fact, Class<?> found) {
        return new IllegalStateException("ledger." + method + " needs a value that is read as '" + fact.name()
                + "', which is of " + fact.type().getName() + ", found " + found.getName());
    }
}
