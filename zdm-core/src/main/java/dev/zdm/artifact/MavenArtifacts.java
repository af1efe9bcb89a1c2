package dev.zdm.artifact;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * Finds artefacts by their Maven coordinates, {@code group:artifact:version}, in the local repository and in those that
 * the settings name, with their mirrors, proxies and credentials, as Maven itself would.
 *
 * <p>Needs {@code eu.maveniverse.maven.mima:context} and {@code eu.maveniverse.maven.mima.runtime:standalone-static} on
 * the class path. Safe for use by several threads.
 */
public final class MavenArtifacts {
    private static final String LIBRARY = "eu.maveniverse.maven.mima.context.Runtimes";

    private final MavenSettings settings;

    private MavenArtifacts(MavenSettings settings) {
        this.settings = settings;
    }

    /** Returns the artefacts that can be had with these settings. */
    public static MavenArtifacts of(MavenSettings settings) {
        return new MavenArtifacts(settings);
    }

    /**
     * Returns the file of one artefact, without its dependencies.
     *
     * @throws ArtifactException if the coordinates are malformed, the artefact cannot be had, or the resolver library is
     *     not on the class path
     */
    public Path file(String coordinates) {
        Coordinates parsed = new Coordinates(coordinates);
        return with(resolver -> resolver.file(parsed));
    }

    /**
     * Returns the files that run an artefact: its own first, then those of its dependencies of the scopes compile and
     * runtime, in the order of its class path.
     *
     * @throws ArtifactException if the coordinates are malformed, one of the artefacts cannot be had, or the resolver
     *     library is not on the class path
     */
    public List<Path> withDependencies(String coordinates) {
        Coordinates parsed = new Coordinates(coordinates);
        return with(resolver -> resolver.withDependencies(parsed));
    }

    private <T> T with(Function<MimaResolver, T> question) {
        Path file = settings.settings();
        if (file != null && !Files.isRegularFile(file)) {
            throw new ArtifactException("Maven settings: expected a file, found none at " + file.toAbsolutePath());
        }
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        requireLibrary();
        // The library finds its parts through the thread's class loader, which may be that of an application.
        thread.setContextClassLoader(MavenArtifacts.class.getClassLoader());
        try (MimaResolver resolver = MimaResolver.open(settings)) {
            return question.apply(resolver);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static void requireLibrary() {
        try {
            Class.forName(LIBRARY, false, MavenArtifacts.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw noLibrary(e);
        }
    }

    static ArtifactException noLibrary(Exception cause) {
        return new ArtifactException(
                "Maven coordinates are resolved with a library that is not on the class path; add "
                        + "eu.maveniverse.maven.mima:context and eu.maveniverse.maven.mima.runtime:standalone-static",
                cause);
    }
}
