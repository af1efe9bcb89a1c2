package dev.zdm.workload;

/** An operation ready to be run over an application's source of connections. */
interface BoundOperation {
    String name();

    int weight();

    /** Returns whether it works on the replica, where there is one. */
    boolean onReplica();

    /** Returns whether it takes the ledger. */
    boolean takesLedger();

    /**
     * Does one unit of work.
     *
     * @throws Exception whatever the application throws
     */
    void run(Keys keys, Ledger ledger) throws Exception;
}
