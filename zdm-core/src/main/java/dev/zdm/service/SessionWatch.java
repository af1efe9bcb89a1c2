package dev.zdm.service;

import dev.zdm.postgres.SqlState;

/** Learns what the database sessions of a service do. Called by several threads. */
public interface SessionWatch {
    /** Learns nothing. */
    SessionWatch NONE = pid -> {};

    /**
     * A session has begun.
     *
     * @param pid the process id of the server's process
     */
    void began(int pid);

    /**
     * The server has told a session of an error.
     *
     * @param message in the server's words, with the severity as the driver spells it: {@code ERROR: …}
     */
    default void failed(int pid, SqlState sqlState, String message) {}
}
