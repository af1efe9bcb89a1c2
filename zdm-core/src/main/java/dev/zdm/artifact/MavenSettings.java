package dev.zdm.artifact;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where Maven artefacts come from.
 *
 * @param settings a settings file instead of the user's own, {@code ~/.m2/settings.xml}; null: the user's own
 * @param localRepository a local repository instead of the one that the system property {@code maven.repo.local} or the
 *     settings name; null: that one, {@code ~/.m2/repository} if neither names any
 * @param offline whether only the local repository is asked; false: as the settings say
 */
public record MavenSettings(
        @Nullable Path settings, @Nullable Path localRepository, boolean offline) {
    /** Returns the user's own settings and local repository. */
    public static MavenSettings ofUser() {
        return new MavenSettings(null, null, false);
    }

    /** Returns the same with another settings file. */
    public MavenSettings withSettings(Path file) {
        return new MavenSettings(file, localRepository, offline);
    }

    /** Returns the same with another local repository. */
    public MavenSettings withLocalRepository(Path directory) {
        return new MavenSettings(settings, directory, offline);
    }

    /** Returns the same that asks the local repository only. */
    public MavenSettings goneOffline() {
        return new MavenSettings(settings, localRepository, true);
    }
}
