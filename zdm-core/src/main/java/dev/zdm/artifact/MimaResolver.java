package dev.zdm.artifact;

import eu.maveniverse.maven.mima.context.Context;
import eu.maveniverse.maven.mima.context.ContextOverrides;
import eu.maveniverse.maven.mima.context.Runtimes;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.eclipse.aether.RepositoryException;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.collection.CollectRequest;
import org.eclipse.aether.graph.Dependency;
import org.eclipse.aether.resolution.ArtifactRequest;
import org.eclipse.aether.resolution.ArtifactResult;
import org.eclipse.aether.resolution.DependencyRequest;
import org.eclipse.aether.util.artifact.JavaScopes;
import org.eclipse.aether.util.filter.DependencyFilterUtils;

/** Maven's own resolver with a user's settings. The only class that knows the library. */
final class MimaResolver implements AutoCloseable {
    private final Context context;

    private MimaResolver(Context context) {
        this.context = context;
    }

    static MimaResolver open(MavenSettings settings) {
        ContextOverrides.Builder overrides = ContextOverrides.create().withUserSettings(true);
        if (settings.settings() != null) {
            overrides.withUserSettingsXmlOverride(settings.settings().toAbsolutePath());
        }
        String configured = System.getProperty("maven.repo.local", "");
        if (settings.localRepository() != null) {
            overrides.withLocalRepositoryOverride(settings.localRepository().toAbsolutePath());
        } else if (!configured.isBlank()) {
            overrides.withLocalRepositoryOverride(Path.of(configured).toAbsolutePath());
        }
        if (settings.offline()) {
            overrides.offline(true);
        }
        try {
            return new MimaResolver(Runtimes.INSTANCE.getRuntime().create(overrides.build()));
        } catch (IllegalStateException e) {
            throw MavenArtifacts.noLibrary(e); // It finds no runtime of its own.
        }
    }

    Path file(Coordinates coordinates) {
        ArtifactRequest request = new ArtifactRequest();
        request.setArtifact(new DefaultArtifact(coordinates.text()));
        request.setRepositories(context.remoteRepositories());
        try {
            return path(context.repositorySystem().resolveArtifact(context.repositorySystemSession(), request));
        } catch (RepositoryException e) {
            throw notFound(coordinates, e);
        }
    }

    List<Path> withDependencies(Coordinates coordinates) {
        CollectRequest collect = new CollectRequest();
        collect.setRoot(new Dependency(new DefaultArtifact(coordinates.text()), JavaScopes.RUNTIME));
        collect.setRepositories(context.remoteRepositories());
        DependencyRequest request =
                new DependencyRequest(collect, DependencyFilterUtils.classpathFilter(JavaScopes.RUNTIME));
        try {
            return context
                    .repositorySystem()
                    .resolveDependencies(context.repositorySystemSession(), request)
                    .getArtifactResults()
                    .stream()
                    .map(MimaResolver::path)
                    .toList();
        } catch (RepositoryException e) {
            throw notFound(coordinates, e);
        }
    }

    private static Path path(ArtifactResult result) {
        return result.getArtifact().getFile().toPath();
    }

    private ArtifactException notFound(Coordinates coordinates, RepositoryException failure) {
        String asked = "the local repository "
                + context.repositorySystemSession().getLocalRepository().getBasedir();
        boolean offline = context.repositorySystemSession().isOffline();
        if (!offline) {
            asked += context.remoteRepositories().stream()
                    .map(repository -> ", " + repository.getId() + " (" + repository.getUrl() + ")")
                    .collect(Collectors.joining());
        }
        return new ArtifactException(
                "Maven coordinates '" + coordinates.text() + "': expected the artefact and its dependencies in one of "
                        + withoutCredentials(asked) + ", found: " + withoutCredentials(said(failure)) + "; "
                        + (offline
                                ? "Maven is offline: go online once, or install the artefact"
                                : "correct the coordinates, or add the repository that has it to the settings"),
                failure);
    }

    /** Returns the first cause's words; what is around it repeats them. */
    private static String said(RepositoryException failure) {
        Throwable first = failure;
        while (first.getCause() instanceof RepositoryException cause) {
            first = cause;
        }
        return String.valueOf(first.getMessage());
    }

    private static String withoutCredentials(String text) {
        return text.replaceAll("//[^/@\\s]*@", "//");
    }

    @Override
    public void close() {
        context.close();
    }
}
