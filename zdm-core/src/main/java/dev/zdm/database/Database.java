package dev.zdm.database;

import java.util.Properties;

/** One database of a server, owned by a rehearsal. */
public interface Database extends AutoCloseable {
    /** Returns the database's name. */
    String name();

    /** Returns the JDBC URL without user and password. */
    String jdbcUrl();

    /**
     * Returns the JDBC URL, without user and password, for the application's own sessions: where there is a pooling proxy,
     * that of the proxy.
     */
    default String applicationUrl() {
        return jdbcUrl();
    }

    /**
     * Returns whether the application's sessions go through a pooling proxy: then the backend that works for one is another
     * one from transaction to transaction, and the pid that the driver knows is none of them.
     */
    default boolean isPooled() {
        return false;
    }

    /** Returns a copy of the connection properties: {@code user}, and {@code password} where one is needed. */
    Properties credentials();

    /**
     * Returns a copy of the database as it is now, made in the quickest way.
     *
     * @throws DatabaseException if it cannot be copied; a session that does not leave it within some seconds is a reason
     */
    Database copy();

    /**
     * Returns a copy of the database as it is now, none of whose pages is in the server's memory: the copies of a small
     * database and of a large one are equally cold.
     *
     * @throws DatabaseException if it cannot be copied; a session that does not leave it within some seconds is a reason
     */
    Database coldCopy();

    /** Drops the database, its sessions are ended. Does not throw; a second call does nothing. */
    @Override
    void close();
}
