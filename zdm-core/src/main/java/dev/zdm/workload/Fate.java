package dev.zdm.workload;

import dev.zdm.postgres.SqlState;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpTimeoutException;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

/** What is known of a write that was announced and not acknowledged when its operation ended. */
enum Fate {
    /** The server said that the transaction failed. */
    ROLLED_BACK,
    /** Nothing proves whether it was committed; it will not be any more. */
    UNKNOWN,
    /** The client gave up waiting: it may still be committed later. */
    PENDING;

    // https://www.postgresql.org/docs/current/errcodes-appendix.html
    private static final Set<String> LOST = Set.of("40003", "57P01", "57P02", "57P03", "57P05");

    /** Returns what a failure says; null: the operation did not fail. */
    static Fate of(@Nullable Throwable failure) {
        Fate fate = UNKNOWN;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof InterruptedIOException
                    || cause instanceof HttpTimeoutException
                    || cause instanceof TimeoutException) {
                return PENDING;
            }
            if (cause instanceof IOException || isLostBy(cause)) {
                fate = UNKNOWN;
            } else if (cause instanceof PSQLException server && server.getServerErrorMessage() != null) {
                fate = ROLLED_BACK;
            }
        }
        return fate;
    }

    /** Returns whether a connection was lost. */
    static boolean isLost(Throwable failure) {
        boolean lost = false;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            lost |= cause instanceof SQLException && isLostBy(cause);
        }
        return lost;
    }

    private static boolean isLostBy(Throwable cause) {
        String code = SqlState.of(cause).code();
        return code.startsWith("08") || LOST.contains(code);
    }
}
