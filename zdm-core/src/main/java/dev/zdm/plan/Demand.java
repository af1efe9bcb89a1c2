package dev.zdm.plan;

/** What a plan can ask for beyond what zero-downtime means; what it does not demand is advice in the report. */
public enum Demand {
    /**
     * Patient: a long transaction in the way of a change does not make the application queue behind the change. Each
     * change, and each rollback, is rehearsed again behind each kind of {@link Company} that its locks conflict with.
     */
    PATIENT("patient"),
    /**
     * Reversible: every phase that changes what is there has a rollback, so that there is no point of no return. A rollback
     * that a phase has is rehearsed in any case.
     */
    REVERSIBLE("reversible"),
    /**
     * No loss: no value is dropped with its column or table, and no row with its table, unless an invariant that held
     * before has read it, in comparison with its successor for example.
     */
    NO_LOSS("no loss"),
    /**
     * Retryable: each change can be stopped at any point, by an ended session, a killed client or a crash of the server,
     * and be carried out once more; the end is the same. Each change is stopped at every point where it can be, on a server
     * of its own.
     */
    RETRYABLE("retryable");

    private final String label;

    Demand(String label) {
        this.label = label;
    }

    /** Returns the word that reports use. */
    public String label() {
        return label;
    }
}
