package dev.zdm.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zdm.artifact.ArtifactException;
import dev.zdm.artifact.MavenArtifacts;
import dev.zdm.artifact.MavenSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BinaryFinderTest {
    private static final Platform PLATFORM = Platform.current();
    private static final BinaryFinder.Archive NONE = () -> {
        throw PLATFORM.noBinaries(new IllegalStateException("Missing embedded postgres binaries"));
    };

    /** What the user's own resolver says of what is nowhere, without a network. */
    private final BinaryFinder.Remote nowhere = coordinates -> MavenArtifacts.of(
                    MavenSettings.ofUser().withLocalRepository(repository()).goneOffline())
            .file(coordinates);

    @TempDir
    private Path repository;

    @TempDir
    private Path workspace;

    private final BinaryFinder.Archive here = BinaryFinder.ofUser().classPath();
    private Binaries onClassPath;

    @BeforeEach
    void unpackTheClassPath() throws IOException {
        onClassPath = find(here, null);
    }

    @Test
    void takes_the_binaries_on_the_class_path_for_any_version_and_for_theirs() throws IOException {
        assertThat(find(here, onClassPath.major())).isEqualTo(onClassPath);
    }

    @Test
    void knows_the_version_on_the_class_path_as_that_of_its_major_version() {
        assertThat(PostgresVersions.of(onClassPath.major())).isEqualTo(onClassPath.version() + ".0");
    }

    @Test
    void takes_another_version_from_the_local_repository() throws IOException {
        int major = onClassPath.major();
        put(PostgresVersions.of(major), here.read());

        assertThat(find(NONE, major)).isEqualTo(onClassPath);
    }

    @Test
    void gets_another_version_from_a_repository_of_the_users() throws IOException {
        int major = onClassPath.major();
        String expected = "io.zonky.test.postgres:" + PLATFORM.artifact() + ":" + PostgresVersions.of(major);
        List<String> asked = new ArrayList<>();
        BinaryFinder finder =
                new BinaryFinder(PLATFORM, NONE, new LocalRepository(repository.resolve("empty")), coordinates -> {
                    asked.add(coordinates);
                    return put("1.0.0", here);
                });

        assertThat(finder.find(major, Cache.ofUser(), workspace)).isEqualTo(onClassPath);
        assertThat(asked).containsExactly(expected);
    }

    @Test
    void prefers_the_version_it_knows_and_takes_the_newest_otherwise() throws IOException {
        LocalRepository local = new LocalRepository(repository);
        assertThat(local.jar(PLATFORM, 15)).isEmpty();

        Path older = put("15.9.0", new byte[0]);
        assertThat(local.jar(PLATFORM, 15)).contains(older);
        Path newer = put("15.10.0", new byte[0]);
        assertThat(local.jar(PLATFORM, 15)).contains(newer);
        put("15.99.0-beta", new byte[0]);
        put("16.1.0", new byte[0]);
        Files.createDirectories(
                new LocalRepository(repository).versionsOf(PLATFORM).resolve("15.98.0"));
        assertThat(local.jar(PLATFORM, 15)).contains(newer);

        put("15.99.0", new byte[0]);
        Path known = put(PostgresVersions.of(15), new byte[0]);
        assertThat(local.jar(PLATFORM, 15)).contains(known);
    }

    @Test
    void refuses_a_file_that_holds_another_version() throws IOException {
        Path jar = put("99.1.0", here.read());

        assertThatThrownBy(() -> find(here, 99))
                .isInstanceOf(DatabaseException.class)
                .hasMessage("""
                Another version of PostgreSQL
                   expected : binaries of version 99 in %s
                   found    : version %s
                   do       : delete the file, or put the right one in its place""", jar, onClassPath.version());
    }

    @Test
    void says_where_it_looked_and_how_to_get_the_version() {
        int other = onClassPath.major() == 15 ? 16 : 15;
        String version = PostgresVersions.of(other);
        String artifact = PLATFORM.artifact() + ":" + version;

        assertThatThrownBy(() -> find(here, other))
                .isInstanceOf(DatabaseException.class)
                .hasCauseInstanceOf(ArtifactException.class)
                .hasMessageStartingWith("""
                No PostgreSQL %d
                   expected : binaries of version %d on the class path, in the local Maven repository, or in one that \
                Maven's settings name
                   found    : version %s on the class path, none of version %d in %s
                              Maven coordinates 'io.zonky.test.postgres:%s': expected \
                """.formatted(
                                other,
                                other,
                                onClassPath.version(),
                                other,
                                new LocalRepository(repository).versionsOf(PLATFORM),
                                artifact))
                .hasMessageEndingWith("""
                   do       : fetch them once: mvn dependency:get -Dtransitive=false \
                -Dartifact=io.zonky.test.postgres:%s;
                              or put them on the class path: add the test dependency io.zonky.test.postgres:%s""".formatted(artifact, artifact));
        assertThatThrownBy(() -> find(NONE, 99))
                .hasMessageContaining("found    : none for this platform on the class path, none of version 99 in ")
                .hasMessageContaining("\n              zdm does not know this version\n")
                .hasMessageContaining(PLATFORM.artifact() + ":99.x;");
    }

    @Test
    void looks_in_the_repository_that_the_build_uses() {
        String given = System.getProperty("maven.repo.local");
        System.setProperty("maven.repo.local", repository.toString());
        try {
            assertThat(LocalRepository.ofUser()).isEqualTo(new LocalRepository(repository));
        } finally {
            if (given == null) {
                System.clearProperty("maven.repo.local");
            } else {
                System.setProperty("maven.repo.local", given);
            }
        }
    }

    private Binaries find(BinaryFinder.Archive classPath, Integer major) throws IOException {
        return new BinaryFinder(PLATFORM, classPath, new LocalRepository(repository), nowhere)
                .find(major, Cache.ofUser(), workspace);
    }

    private Path repository() {
        return repository;
    }

    private Path put(String version, BinaryFinder.Archive archive) {
        try {
            return put(version, archive.read());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path put(String version, byte[] archive) throws IOException {
        Path jar = repository
                .resolve("io/zonky/test/postgres")
                .resolve(PLATFORM.artifact())
                .resolve(version)
                .resolve(PLATFORM.artifact() + "-" + version + ".jar");
        Files.createDirectories(jar.getParent());
        try (OutputStream file = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(file)) {
            zip.putNextEntry(new ZipEntry("META-INF/"));
            zip.closeEntry();
            zip.putNextEntry(new ZipEntry("postgres.txz"));
            zip.write(archive);
            zip.closeEntry();
        }
        return jar;
    }
}
