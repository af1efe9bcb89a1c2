package dev.zdm.database;

/** A server that can be stopped hard and started again, because zdm has started it. */
public interface CrashableServer extends PostgresServer {
    /**
     * Starts another server with the same settings, for {@link #crash()}. What its processes have written survives their
     * end without {@code fsync}, and no page of it is torn; nothing works on it by itself.
     *
     * @throws DatabaseException if it does not start
     */
    CrashableServer startTwin();

    /**
     * Stops the server as if its processes had been killed, and starts it again on the same port: it recovers from its
     * write-ahead log. All sessions are lost, the databases stay.
     *
     * @throws DatabaseException if it does not start again
     */
    void crash();
}
