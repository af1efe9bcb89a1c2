package dev.zdm.change;

import java.sql.Connection;
import java.sql.SQLException;

/** Opens new sessions of a database. */
@FunctionalInterface
public interface SessionSource {
    /** Returns a new session in autocommit mode; the caller closes it. */
    Connection open() throws SQLException;
}
