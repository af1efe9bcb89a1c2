package dev.zdm.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.zdm.postgres.SqlState;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An error that the server has sent.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-error-fields.html">Error and Notice Message Fields</a>
 */
record ErrorMessage(SqlState sqlState, String message) {
    private static final char SEVERITY = 'V';
    private static final char CODE = 'C';
    private static final char MESSAGE = 'M';
    private static final char DETAIL = 'D';

    /** Reads the body of an {@code ErrorResponse}; null: it has no SQLSTATE. */
    static @Nullable ErrorMessage of(ByteBuffer body) {
        String severity = "ERROR";
        String code = "";
        String message = "";
        String detail = "";
        while (body.hasRemaining()) {
            char field = (char) body.get();
            if (field == 0) {
                break;
            }
            String value = text(body);
            switch (field) {
                case SEVERITY -> severity = value;
                case CODE -> code = value;
                case MESSAGE -> message = value;
                case DETAIL -> detail = "\n  Detail: " + value;
                default -> {
                    // Others are of no interest here.
                }
            }
        }
        return code.matches("[0-9A-Z]{5}")
                ? new ErrorMessage(new SqlState(code), severity + ": " + message + detail)
                : null;
    }

    private static String text(ByteBuffer body) {
        int start = body.position();
        while (body.hasRemaining() && body.get() != 0) {
            // On to the end.
        }
        int end = body.position() - 1;
        return UTF_8.decode(body.duplicate().position(start).limit(Math.max(start, end)))
                .toString();
    }
}
