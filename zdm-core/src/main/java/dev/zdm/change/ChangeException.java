package dev.zdm.change;

import dev.zdm.postgres.SqlState;
import dev.zdm.postgres.SqlStatement;
import org.jspecify.annotations.Nullable;

/** Says that a change failed, and where. */
public final class ChangeException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable SqlStatement statement;
    private final @Nullable String explanation;
    private final boolean stopped;

    ChangeException(String what, @Nullable SqlStatement statement, Throwable cause) {
        this(message(what, statement, cause), statement, cause, null, false);
    }

    private ChangeException(
            String message,
            @Nullable SqlStatement statement,
            @Nullable Throwable cause,
            @Nullable String explanation,
            boolean stopped) {
        super(explanation == null ? message : message + "\n    " + explanation, cause);
        this.statement = statement;
        this.explanation = explanation;
        this.stopped = stopped;
    }

    /**
     * Says that zdm stopped a change.
     *
     * @param cause what the change made of it; null: it did not end
     * @param explanation why it was stopped, and what it was doing
     */
    static ChangeException stopped(
            String what, @Nullable SqlStatement statement, @Nullable Throwable cause, String explanation) {
        String message = statement == null ? what + " was stopped" : what + " was stopped at " + place(statement);
        return new ChangeException(message, statement, cause, explanation, true);
    }

    /** Says that a change gave up getting a lock. */
    static ChangeException gaveUp(String what, @Nullable SqlStatement statement, GaveUpException failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return new ChangeException(message(what, statement, cause), statement, cause, failure.getMessage(), false);
    }

    private static String place(SqlStatement statement) {
        return statement.position() + "\n    " + statement.summary();
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

    /** Returns what zdm knows beside the server's message; null: nothing. */
    public @Nullable String explanation() {
        return explanation;
    }

    /** Returns whether zdm stopped the change. */
    public boolean isStopped() {
        return stopped;
    }

    /** Returns the code of the failure; {@code 57014} for a change that was stopped. */
    public SqlState sqlState() {
        SqlState code = SqlState.of(this);
        return stopped && code.equals(SqlState.UNKNOWN) ? SqlState.QUERY_CANCELED : code;
    }
}
