package dev.zdm.database;

import java.util.Properties;

/** One database of a server, owned by a rehearsal. */
public interface Database extends AutoCloseable {
    /** Returns the database's name. */
    String name();

    /** Returns the JDBC URL without user and password. */
    String jdbcUrl();

    /** Returns a copy of the connection properties: {@code user}, and {@code password} where one is needed. */
    Properties credentials();

    /**
     * Returns a copy of the database as it is now, none of whose pages is in the server's memory.
     *
     * @throws DatabaseException if it cannot be copied; a session that does not leave it within some seconds is a reason
     */
    Database copy();

    /** Drops the database, its sessions are ended. Does not throw; a second call does nothing. */
    @Override
    void close();
}
