package dev.zdm.workload;

/** An operation ready to be run over an application's source of connections. */
interface BoundOperation {
    String name();

    int weight();

    /**
     * Does one unit of work.
     *
     * @throws Exception whatever the application throws
     */
    void run(Keys keys) throws Exception;
}
