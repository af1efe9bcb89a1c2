package dev.zdm.workload;

import java.sql.SQLException;

/** Says which statement of a SQL operation failed. */
public final class StatementFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String statement;

    StatementFailedException(String statement, SQLException cause) {
        super(cause.getMessage(), cause);
        this.statement = statement;
    }

    /** Returns the statement's text. */
    public String statement() {
        return statement;
    }
}
