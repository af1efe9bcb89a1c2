package dev.zdm.database;

import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What a running server says that it does. */
final class ShownSettings {
    /** What a verdict may hang on; the report prints it. */
    private static final List<String> SETTINGS = List.of(
            "fsync",
            "synchronous_commit",
            "full_page_writes",
            "wal_level",
            "deadlock_timeout",
            "log_lock_waits",
            "max_connections",
            "shared_buffers");

    private ShownSettings() {}

    /** Returns the server's version, such as {@code 18.6}. */
    static String version(AdminSessions sessions) {
        return show(sessions, List.of("server_version")).getOrDefault("server_version", "unknown");
    }

    /** Returns the settings in force that matter to a verdict. */
    static Map<String, String> settings(AdminSessions sessions) {
        return Collections.unmodifiableMap(show(sessions, SETTINGS));
    }

    private static Map<String, String> show(AdminSessions sessions, List<String> names) {
        String list = names.stream().collect(Collectors.joining("', '", "'", "'"));
        try {
            return sessions.pairs("SELECT name, current_setting(name) FROM unnest(ARRAY[" + list + "]) AS name");
        } catch (SQLException e) {
            throw new DatabaseException("the server's settings cannot be read", e);
        }
    }
}
