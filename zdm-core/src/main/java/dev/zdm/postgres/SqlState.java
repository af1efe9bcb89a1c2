package dev.zdm.postgres;

import java.sql.SQLException;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A five-character SQLSTATE code.
 *
 * @param code five digits or upper-case letters, such as {@code 42703}
 * @see <a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL Error Codes</a>
 */
public record SqlState(String code) {
    private static final Pattern FORM = Pattern.compile("[0-9A-Z]{5}");

    /** The code of a failure that came without one, a bug in the application for example. */
    public static final SqlState UNKNOWN = new SqlState("XXXXX");

    /** {@code 0A000}, also of "cached plan must not change result type". */
    public static final SqlState FEATURE_NOT_SUPPORTED = new SqlState("0A000");

    /** {@code 08P01}: client and server do not understand each other. */
    public static final SqlState PROTOCOL_VIOLATION = new SqlState("08P01");

    /** {@code 25001}: the statement refuses to run in a transaction block. */
    public static final SqlState ACTIVE_SQL_TRANSACTION = new SqlState("25001");

    /** {@code 2D000}: a procedure or {@code DO} block commits although it runs in a transaction block. */
    public static final SqlState INVALID_TRANSACTION_TERMINATION = new SqlState("2D000");

    /** {@code 40P01}. */
    public static final SqlState DEADLOCK_DETECTED = new SqlState("40P01");

    /** {@code 42P07}: a relation of this name is there already. */
    public static final SqlState DUPLICATE_TABLE = new SqlState("42P07");

    /** {@code 25P02}: an earlier statement of the transaction failed. */
    public static final SqlState IN_FAILED_SQL_TRANSACTION = new SqlState("25P02");

    /** {@code 57014}: {@code statement_timeout}, or cancelled by somebody. */
    public static final SqlState QUERY_CANCELED = new SqlState("57014");

    /** {@code 25006}: a write in a transaction that may only read. */
    public static final SqlState READ_ONLY_SQL_TRANSACTION = new SqlState("25006");

    /** {@code 42501}: the user may not do this. */
    public static final SqlState INSUFFICIENT_PRIVILEGE = new SqlState("42501");

    /** {@code 55P03}: {@code lock_timeout} or {@code NOWAIT}. */
    public static final SqlState LOCK_NOT_AVAILABLE = new SqlState("55P03");

    /** {@code 55P04}: an enum value used in the transaction that added it. */
    public static final SqlState UNSAFE_NEW_ENUM_VALUE_USAGE = new SqlState("55P04");

    private static final Set<String> UNDEFINED = Set.of("42703", "42P01", "42883", "42704", "3F000");

    public SqlState {
        if (!FORM.matcher(code).matches()) {
            throw new IllegalArgumentException("a SQLSTATE has five digits or upper-case letters, not '" + code + "'");
        }
    }

    /** Returns the code of the first {@link SQLException} with one in the chain of causes, or {@link #UNKNOWN}. */
    public static SqlState of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql
                    && sql.getSQLState() != null
                    && FORM.matcher(sql.getSQLState()).matches()) {
                return new SqlState(sql.getSQLState());
            }
        }
        return UNKNOWN;
    }

    /** Returns whether the session is lost with it: class 08, or the server ended it ({@code 57P01} to {@code 57P05}). */
    public boolean isSessionLost() {
        return code.startsWith("08") || code.startsWith("57P");
    }

    /** Returns whether something that a statement names is not there: class 42, {@code undefined_…}. */
    public boolean isUndefinedName() {
        return UNDEFINED.contains(code);
    }

    @Override
    public String toString() {
        return code;
    }
}
