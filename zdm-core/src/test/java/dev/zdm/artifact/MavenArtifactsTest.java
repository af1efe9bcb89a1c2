package dev.zdm.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MavenArtifactsTest {
    private static final Map<String, byte[]> EMPTY = Map.of();

    @TempDir
    Path temporary;

    private RemoteRepository remote;

    @BeforeEach
    void publish() throws IOException {
        remote = new RemoteRepository(temporary);
        remote.publish("com.example:driver:2.1", EMPTY);
        remote.publish("com.example:mapper:3.0", EMPTY, "com.example:driver:2.1:runtime");
        remote.publish("com.example:testing:1", EMPTY);
        remote.publish("com.example:container:1", EMPTY);
        remote.publish(
                "com.example:customers:1.4.2",
                EMPTY,
                "com.example:mapper:3.0:compile",
                "com.example:testing:1:test",
                "com.example:container:1:provided");
    }

    @Test
    void resolves_with_the_runtime_dependencies_and_theirs() throws IOException {
        assertThat(names(artifacts().withDependencies("com.example:customers:1.4.2")))
                .containsExactly("customers-1.4.2.jar", "mapper-3.0.jar", "driver-2.1.jar");
        assertThat(artifacts().file("com.example:customers:1.4.2"))
                .startsWith(temporary.resolve("local"))
                .isRegularFile();
    }

    @Test
    void needs_no_repository_when_it_is_offline_and_has_everything() throws IOException {
        artifacts().withDependencies("com.example:customers:1.4.2");
        remote.vanish();

        assertThat(names(offline().withDependencies("com.example:customers:1.4.2")))
                .containsExactly("customers-1.4.2.jar", "mapper-3.0.jar", "driver-2.1.jar");
    }

    @Test
    void says_where_it_has_looked() {
        assertThatThrownBy(() -> artifacts().file("com.example:customers:1.5"))
                .isInstanceOf(ArtifactException.class)
                .hasMessage(
                        "Maven coordinates 'com.example:customers:1.5': expected the artefact and its dependencies in "
                                + "one of the local repository " + temporary.resolve("local") + ", here ("
                                + remote.directory().toUri() + "), found: Could not find artifact"
                                + " com.example:customers:jar:1.5 in here ("
                                + remote.directory().toUri() + "); correct the "
                                + "coordinates, or add the repository that has it to the settings");
    }

    @Test
    void names_the_dependency_that_is_missing() throws IOException {
        remote.publish("com.example:orders:1", EMPTY, "com.example:lost:9:compile");

        assertThatThrownBy(() -> artifacts().withDependencies("com.example:orders:1"))
                .isInstanceOf(ArtifactException.class)
                .hasMessageContaining("Maven coordinates 'com.example:orders:1'")
                .hasMessageContaining("com.example:lost:jar:9");
    }

    @Test
    void says_that_it_is_offline() {
        assertThatThrownBy(() -> offline().file("com.example:customers:1.4.2"))
                .isInstanceOf(ArtifactException.class)
                .hasMessageStartingWith("Maven coordinates 'com.example:customers:1.4.2': expected the artefact and its"
                        + " dependencies in one of the local repository " + temporary.resolve("local") + ", found: ")
                .hasMessageEndingWith("; Maven is offline: go online once, or install the artefact");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "customers", "com.example:customers", "com.example::1", "a:b:c:d:e:f", "a:b:1 2"})
    void refuses_what_are_no_coordinates(String text) {
        assertThatThrownBy(() -> MavenArtifacts.of(MavenSettings.ofUser()).file(text))
                .isInstanceOf(ArtifactException.class)
                .hasMessage("Maven coordinates: expected group:artifact:version, as in com.example:customers:1.4.2, or "
                        + "group:artifact:extension:version, or group:artifact:extension:classifier:version, found '"
                        + text + "'");
    }

    @Test
    void refuses_settings_that_are_not_there() {
        Path missing = temporary.resolve("none.xml");

        assertThatThrownBy(() -> MavenArtifacts.of(MavenSettings.ofUser().withSettings(missing))
                        .file("a:b:1"))
                .isInstanceOf(ArtifactException.class)
                .hasMessage("Maven settings: expected a file, found none at " + missing);
    }

    @Test
    void says_which_library_to_add() throws Exception {
        assertThat(withoutLibrary("a:b:1"))
                .hasMessage("Maven coordinates are resolved with a library that is not on the class path; add"
                        + " eu.maveniverse.maven.mima:context and"
                        + " eu.maveniverse.maven.mima.runtime:standalone-static");
    }

    /** Asks the same classes in a loader that has nothing but them. */
    private static Throwable withoutLibrary(String coordinates) throws Exception {
        URL classes = MavenArtifacts.class.getProtectionDomain().getCodeSource().getLocation();
        try (URLClassLoader alone = new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader())) {
            Class<?> settings = alone.loadClass(MavenSettings.class.getName());
            Class<?> type = alone.loadClass(MavenArtifacts.class.getName());
            Object artifacts = type.getMethod("of", settings)
                    .invoke(null, settings.getMethod("ofUser").invoke(null));
            Method file = type.getMethod("file", String.class);
            return catchThrowable(() -> file.invoke(artifacts, coordinates)).getCause();
        }
    }

    private MavenArtifacts artifacts() throws IOException {
        return MavenArtifacts.of(remote.settings());
    }

    private MavenArtifacts offline() throws IOException {
        return MavenArtifacts.of(remote.settings().goneOffline());
    }

    private static List<String> names(List<Path> files) {
        return files.stream().map(file -> file.getFileName().toString()).toList();
    }
}
