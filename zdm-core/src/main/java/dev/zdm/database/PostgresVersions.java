package dev.zdm.database;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** The versions of the embedded PostgreSQL's binaries that zdm was built with, one for each major version. */
final class PostgresVersions {
    private static final Properties BY_MAJOR = load();

    private PostgresVersions() {}

    /** Returns the version for a major version, {@code 15.19.0}; for one that zdm does not know, {@code 19.x}. */
    static String of(int major) {
        return BY_MAJOR.getProperty(Integer.toString(major), major + ".x");
    }

    static boolean knows(int major) {
        return BY_MAJOR.containsKey(Integer.toString(major));
    }

    private static Properties load() {
        Properties versions = new Properties();
        try (InputStream file =
                Objects.requireNonNull(PostgresVersions.class.getResourceAsStream("postgres-versions.properties"))) {
            versions.load(file);
            return versions;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
