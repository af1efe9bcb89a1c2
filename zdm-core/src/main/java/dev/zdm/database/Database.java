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

    /** Drops the database, its sessions are ended. Does not throw; a second call does nothing. */
    @Override
    void close();
}
