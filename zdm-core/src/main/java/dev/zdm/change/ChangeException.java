package dev.zdm.change;

import dev.zdm.postgres.SqlState;
import dev.zdm.postgres.SqlStatement;
import org.jspecify.annotations.Nullable;

/** Says that a change failed, and where. */
public final class ChangeException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable SqlStatement statement;

    ChangeException(String what, @Nullable SqlStatement statement, Throwable cause) {
        super(message(what, statement, cause), cause);
        this.statement = statement;
    }

    private static String message(String what, @Nullable SqlStatement statement, Throwable cause) {
        if (statement == null) {
            return what + " failed: " + cause.getMessage();
        }
        return what + " failed at " + statement.position() + ": " + cause.getMessage() + " (SQLSTATE "
                + SqlState.of(cause) + ")\n    " + statement.summary();
    }

    /** Returns the statement that failed; null where the failure was in no statement. */
    public @Nullable SqlStatement statement() {
        return statement;
    }
}
