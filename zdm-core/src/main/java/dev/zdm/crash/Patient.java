package dev.zdm.crash;

import dev.zdm.database.Database;
import dev.zdm.postgres.Relation;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A clone on which a change is crashed, with two sessions that stay while others end: one looks on, one stands in the way.
 *
 * <p>A stopped server takes them along; they are opened anew.
 */
final class Patient implements AutoCloseable {
    private final Database database;
    private @Nullable Connection onlooker;
    private @Nullable Connection obstacle;

    /** Takes a database over, and closes it at the end. */
    Patient(Database database) {
        this.database = database;
    }

    /** Returns the clone. */
    Database database() {
        return database;
    }

    /** Opens a session for the change. */
    Connection open() throws SQLException {
        return Quiet.open(database);
    }

    /** Returns the session that looks on. */
    Connection onlooker() throws SQLException {
        Connection known = onlooker;
        if (known == null) {
            known = Quiet.onlooker(database);
            onlooker = known;
        }
        return known;
    }

    /**
     * Stands in the way of a statement.
     *
     * @param tables the tables that the change works on
     * @param rowsOnly whether the statement does not change the catalogue
     * @param commits whether the statement commits on its way
     */
    HoldUp holdUp(Set<Relation> tables, boolean rowsOnly, boolean commits) throws SQLException {
        Connection known = obstacle;
        if (known == null) {
            known = Quiet.onlooker(database);
            obstacle = known;
        }
        return HoldUp.take(known, tables, rowsOnly, commits);
    }

    /** Forgets the sessions, which a stopped server has taken along. */
    void loseSessions() {
        end(onlooker);
        end(obstacle);
        onlooker = null;
        obstacle = null;
    }

    private static void end(@Nullable Connection session) {
        if (session != null) {
            try {
                session.close();
            } catch (SQLException e) {
                // The server took it along.
            }
        }
    }

    @Override
    public void close() {
        loseSessions();
        database.close();
    }
}
