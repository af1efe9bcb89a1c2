package dev.zdm.database;

import dev.zdm.postgres.LogEntry;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one record by the names that the JSON log gives them; a field without a value is absent.
 *
 * @see <a href="https://www.postgresql.org/docs/current/runtime-config-logging.html">Error Reporting and Logging</a>
 */
record LogFields(Map<String, String> fields) {
    /** The server runs in UTC; a time of any other zone is not one of its own. */
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSS 'UTC'", Locale.ROOT);

    /** The CSV log gives every record a code, this one where there is none. */
    private static final String SUCCESS = "00000";

    LogEntry toEntry() {
        String pid = fields.getOrDefault("pid", "0");
        String sqlState = field("state_code");
        return new LogEntry(
                time(),
                Integer.parseInt(pid),
                field("dbname"),
                field("application_name"),
                required("error_severity"),
                SUCCESS.equals(sqlState) ? null : sqlState,
                fields.getOrDefault("message", ""),
                field("detail"),
                field("statement"));
    }

    private Instant time() {
        try {
            return LocalDateTime.parse(required("timestamp"), TIME).toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private String required(String name) {
        String value = field(name);
        if (value == null) {
            throw new IllegalArgumentException("a record of the log without " + name);
        }
        return value;
    }

    private @Nullable String field(String name) {
        return fields.get(name);
    }
}
