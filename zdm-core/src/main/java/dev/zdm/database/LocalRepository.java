package dev.zdm.database;

import static java.util.Comparator.comparing;
import static java.util.Comparator.naturalOrder;

import java.io.IOException;
import java.lang.module.ModuleDescriptor.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The user's local Maven repository, as a place where binaries of PostgreSQL may lie.
 *
 * @param root its directory; it need not exist
 */
record LocalRepository(Path root) {
    /**
     * Returns the repository that the build says it uses, or else the usual one.
     *
     * @see <a href="https://maven.apache.org/configure.html">Configuring Maven: {@code maven.repo.local}</a>
     */
    static LocalRepository ofUser() {
        // Surefire and Failsafe tell the tests in the second property what Maven's settings say.
        return new LocalRepository(Stream.of("maven.repo.local", "localRepository")
                .flatMap(name -> Stream.ofNullable(System.getProperty(name)))
                .filter(path -> !path.isBlank())
                .findFirst()
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".m2", "repository"))
                .toAbsolutePath());
    }

    /** Returns where the versions of a platform's binaries lie. */
    Path versionsOf(Platform platform) {
        return root.resolve("io/zonky/test/postgres").resolve(platform.artifact());
    }

    /** Returns the jar with a major version's binaries: of the version that zdm knows, else of the newest one. */
    Optional<Path> jar(Platform platform, int major) throws IOException {
        Path versions = versionsOf(platform);
        Path known = jar(versions, PostgresVersions.of(major));
        if (Files.isRegularFile(known) || !Files.isDirectory(versions)) {
            return Optional.of(known).filter(Files::isRegularFile);
        }
        try (Stream<Path> directories = Files.list(versions)) {
            return directories
                    .map(directory -> directory.getFileName().toString())
                    .filter(version -> version.matches(major + "(\\.\\d+)+"))
                    .filter(version -> Files.isRegularFile(jar(versions, version)))
                    .max(comparing(Version::parse, naturalOrder()))
                    .map(version -> jar(versions, version));
        }
    }

    private static Path jar(Path versions, String version) {
        return versions.resolve(version).resolve(versions.getFileName() + "-" + version + ".jar");
    }
}
