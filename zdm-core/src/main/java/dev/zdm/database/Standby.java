package dev.zdm.database;

import java.time.Duration;
import java.util.Map;
import java.util.Properties;

/**
 * A hot standby of a server: it follows the server by streaming replication and answers queries. It holds all databases
 * of its server. Safe for use by several threads.
 *
 * @see <a href="https://www.postgresql.org/docs/current/hot-standby.html">Hot Standby</a>
 */
public interface Standby extends AutoCloseable {
    /** Returns the JDBC URL, without user and password, of the standby's image of a database of the primary. */
    String jdbcUrl(Database database);

    /** Returns the JDBC URL, without user and password, of a database that every server has. */
    String jdbcUrl();

    /** Returns a copy of the connection properties: {@code user}, and {@code password} where one is needed. */
    Properties credentials();

    /** Returns the settings in force that decide what becomes of readers when the primary's changes arrive. */
    Map<String, String> settings();

    /**
     * Waits until the standby has replayed everything that was committed on the primary before the call.
     *
     * @return false if it has not done so within the limit
     * @throws DatabaseException if one of the two servers cannot be asked
     */
    boolean awaitReplay(Duration limit);

    /** Stops the standby and removes everything that belongs to it. Does not throw; a second call does nothing. */
    @Override
    void close();
}
