package dev.zdm.database;

import static java.util.Collections.unmodifiableSortedMap;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How an {@link EmbeddedServer} is set up. The steps return new instances.
 *
 * @param durable whether commits reach the disk, as in production: {@code fsync}, {@code synchronous_commit} and
 *     {@code full_page_writes} are on
 * @param startLimit how long the server may take to get ready, at least one second
 * @param serverSettings further settings as in {@code postgresql.conf}; they win over zdm's own
 * @param majorVersion the major version, 14 at least, whose binaries are on the class path or in a Maven
 *     repository; null for the one on the class path
 */
public record EmbeddedSettings(
        boolean durable,
        Duration startLimit,
        Map<String, String> serverSettings,
        @Nullable Integer majorVersion) {
    /** The oldest major version that zdm knows. */
    public static final int OLDEST_VERSION = 14;

    /** What zdm sets itself, because it could not reach the server or read its log otherwise. */
    private static final Set<String> RESERVED = Set.of(
            "data_directory",
            "hba_file",
            "external_pid_file",
            "hot_standby",
            "listen_addresses",
            "log_destination",
            "log_directory",
            "log_filename",
            "log_timezone",
            "logging_collector",
            "port",
            "primary_conninfo",
            "primary_slot_name",
            "unix_socket_directories");

    private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_$]*(\\.[a-z_][a-z0-9_$]*)?");
    private static final Duration LEAST_START_LIMIT = Duration.ofSeconds(1);
    private static final Duration DEFAULT_START_LIMIT = Duration.ofSeconds(60);
    private static final String VERSION = "zdm.postgres.version";

    public EmbeddedSettings {
        if (startLimit.compareTo(LEAST_START_LIMIT) < 0) {
            throw new IllegalArgumentException("the start limit is at least one second, not " + startLimit);
        }
        if (majorVersion != null && majorVersion < OLDEST_VERSION) {
            throw new IllegalArgumentException("the major version is at least 14, not " + majorVersion);
        }
        SortedMap<String, String> settings = new TreeMap<>();
        serverSettings.forEach((name, value) -> settings.put(validated(name), value));
        serverSettings = unmodifiableSortedMap(settings);
    }

    /**
     * Returns the settings of a durable server that may take 60 seconds to start: of the major version that the system
     * property {@code zdm.postgres.version} names, of the one on the class path where it names none.
     *
     * @throws IllegalArgumentException if the property is anything else than a major version, at least 14
     */
    public static EmbeddedSettings defaults() {
        return new EmbeddedSettings(true, DEFAULT_START_LIMIT, Map.of(), versionOfRun());
    }

    private static @Nullable Integer versionOfRun() {
        String version = System.getProperty(VERSION, "").strip();
        if (version.isEmpty()) {
            return null;
        }
        if (!version.matches("\\d{2}") || Integer.parseInt(version) < OLDEST_VERSION) {
            throw new IllegalArgumentException("the system property " + VERSION
                    + " is a major version of PostgreSQL, at least 14, not '" + version + "'");
        }
        return Integer.valueOf(version);
    }

    /** Gives up durability: faster, but commits cost less than they do in production. */
    public EmbeddedSettings withoutDurability() {
        return new EmbeddedSettings(false, startLimit, serverSettings, majorVersion);
    }

    /** Sets how long the server may take to get ready. */
    public EmbeddedSettings withStartLimit(Duration limit) {
        return new EmbeddedSettings(durable, limit, serverSettings, majorVersion);
    }

    /** Sets or replaces one server setting, {@code withServerSetting("work_mem", "64MB")}. */
    public EmbeddedSettings withServerSetting(String name, String value) {
        SortedMap<String, String> settings = new TreeMap<>(serverSettings);
        settings.put(validated(name), value);
        return new EmbeddedSettings(durable, startLimit, settings, majorVersion);
    }

    /** Sets or replaces several server settings. */
    EmbeddedSettings withServerSettings(Map<String, String> settings) {
        EmbeddedSettings all = this;
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            all = all.withServerSetting(setting.getKey(), setting.getValue());
        }
        return all;
    }

    /** Returns the settings for a server that is crashed on purpose, see {@link CrashableServer#startTwin}. */
    EmbeddedSettings ofTwin() {
        return withServerSetting("fsync", "off")
                .withServerSetting("full_page_writes", "off")
                .withServerSetting("autovacuum", "off");
    }

    /** Chooses a major version, such as 17; without its binaries the server does not start. */
    public EmbeddedSettings withMajorVersion(int version) {
        return new EmbeddedSettings(durable, startLimit, serverSettings, version);
    }

    private static String validated(String name) {
        String lowerCase = name.toLowerCase(Locale.ROOT);
        if (!NAME.matcher(lowerCase).matches()) {
            throw new IllegalArgumentException("'" + name + "' is not the name of a server setting");
        }
        if (RESERVED.contains(lowerCase)) {
            throw new IllegalArgumentException("the server setting '" + name + "' is zdm's own");
        }
        return lowerCase;
    }
}
