package dev.zdm.database;

import java.util.List;
import java.util.Map;

/** A running PostgreSQL server that rehearsals may use. Safe for use by several threads. */
public interface PostgresServer extends AutoCloseable {
    /** Returns what kind of server it is, as reports word it: {@code embedded}, {@code container of postgres:17}. */
    String kind();

    /** Returns the server's version, such as {@code 18.6}. */
    String version();

    /** Returns the settings in force that matter to a verdict: {@code fsync}, {@code synchronous_commit} and so on. */
    Map<String, String> settings();

    /** Returns what this kind of server leaves unseen or untried, a sentence each; reports print them. */
    default List<String> limits() {
        return List.of();
    }

    /**
     * Returns a fresh database that is a copy of a template; the template is built on the first call with its key.
     *
     * @param key equal keys share one template
     * @param builder fills the empty template database
     * @throws DatabaseException if the copy or the template cannot be made; what the builder throws comes through
     */
    Database fresh(Object key, DatabaseBuilder builder);

    /**
     * Returns the server for quiet runs and whatever else needs copies of databases: this one, where it can make any.
     *
     * @throws DatabaseException if there is none; the message says why and what to do
     */
    default PostgresServer forCopies() {
        return this;
    }

    /** Returns a reader of the server's log that begins at its present end. */
    ServerLog log();

    /**
     * Starts a hot standby, which is stopped with this server at the latest.
     *
     * @param settings settings of the standby as in {@code postgresql.conf}; what they do not say is as on this server
     * @throws DatabaseException if there can be none; the message says why and what to do
     */
    default Standby standby(Map<String, String> settings) {
        throw new DatabaseException(
                "this PostgreSQL cannot have a replica: the files of an external one are out of reach");
    }

    /** Stops the server and removes everything that belongs to it. Does not throw; a second call does nothing. */
    @Override
    void close();

    /** Fills an empty database. */
    @FunctionalInterface
    interface DatabaseBuilder {
        /** Creates schema and data; on return no session may be left open. */
        void build(Database empty);
    }
}
