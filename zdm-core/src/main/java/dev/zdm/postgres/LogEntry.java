package dev.zdm.postgres;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the server's log.
 *
 * @param time when the server wrote it, exact to the millisecond
 * @param pid the backend that wrote it; 0 for none
 * @param database the database of that backend; null for none
 * @param applicationName the {@code application_name} of that backend; null for none
 * @param severity {@code LOG}, {@code ERROR} and so on
 * @param sqlState the SQLSTATE; null for none
 * @param message the primary message
 * @param detail the detail; null for none
 * @param statement the statement that was running; null for none
 */
public record LogEntry(
        Instant time,
        int pid,
        @Nullable String database,
        @Nullable String applicationName,
        String severity,
        @Nullable String sqlState,
        String message,
        @Nullable String detail,
        @Nullable String statement) {}
