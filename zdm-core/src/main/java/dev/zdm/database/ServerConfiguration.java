package dev.zdm.database;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** How zdm sets up its own servers. In {@code postgresql.conf} it stands at the end, where it wins over all before it. */
final class ServerConfiguration {
    private ServerConfiguration() {}

    /** Returns the lines of an embedded server's configuration, each ended. The port is not among them. */
    static String of(EmbeddedSettings settings, Path logDirectory, LogFormat format) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("listen_addresses", "127.0.0.1");
        all.put("unix_socket_directories", "");
        all.put("log_directory", logDirectory.toString());
        all.putAll(everywhere(settings, format));
        return "\n# zdm\n" + lines(all);
    }

    /** Returns what every server of zdm's own is set to, wherever it runs; what the user has set wins. */
    static Map<String, String> everywhere(EmbeddedSettings settings, LogFormat format) {
        Map<String, String> all = new LinkedHashMap<>();
        putGeneral(all);
        putDurability(all, settings.durable() ? "on" : "off");
        putLog(all, format);
        all.putAll(settings.serverSettings());
        return all;
    }

    /** Returns a line for each setting, ended. */
    static String lines(Map<String, String> settings) {
        return settings.entrySet().stream()
                .map(setting -> setting.getKey() + " = '" + escaped(setting.getValue()) + "'\n")
                .collect(Collectors.joining());
    }

    private static void putGeneral(Map<String, String> all) {
        all.put("timezone", "UTC");
        all.put("max_connections", "100");
        all.put("shared_buffers", "128MB");
        // A checkpoint in the middle of a rehearsal is noise; these put the next one off.
        all.put("max_wal_size", "4GB");
        all.put("checkpoint_timeout", "30min");
        all.put("track_counts", "on");
    }

    private static void putDurability(Map<String, String> all, String onOrOff) {
        all.put("fsync", onOrOff);
        all.put("synchronous_commit", onOrOff);
        all.put("full_page_writes", onOrOff);
    }

    private static void putLog(Map<String, String> all, LogFormat format) {
        all.put("logging_collector", "on");
        all.put("log_destination", format.destination());
        // The reader goes on to the next file by name.
        all.put("log_filename", "server-%Y%m%d-%H%M%S.log");
        all.put("log_rotation_age", "0");
        all.put("log_rotation_size", "0");
        all.put("log_timezone", "UTC");
        all.put("lc_messages", "C");
        all.put("log_min_messages", "warning");
        all.put("log_lock_waits", "on");
        // A wait is logged once it lasts this long: 1 ms found 95 % of the waits of 2 ms.
        all.put("deadlock_timeout", "1ms");
    }

    private static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("'", "''").replace("\n", "\\n");
    }
}
