package dev.zdm.database;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Where the cache is: what the system property {@code zdm.cache} says, else the user's cache folder as the system has it.
 *
 * @param directory empty: below the temporary directory
 * @param named whether the user has named it; then it is that one or none
 */
record CachePlace(Optional<Path> directory, boolean named) {
    static final String SETTING = "zdm.cache";
    private static final String OFF = "off";
    private static final String NAME = "zdm";
    private static final CachePlace TEMPORARY = new CachePlace(Optional.empty(), false);

    static CachePlace ofUser() {
        return of(
                System.getProperty(SETTING, "").strip(),
                Platform.current().system(),
                name -> Optional.ofNullable(System.getenv(name)).orElse(""),
                System.getProperty("user.home", ""));
    }

    /**
     * Returns the place.
     *
     * @param setting a directory, {@code off}, or nothing
     * @param environment returns the value of a variable, empty where there is none
     * @see <a href="https://specifications.freedesktop.org/basedir-spec/latest/">XDG Base Directory Specification</a>
     */
    static CachePlace of(String setting, String system, UnaryOperator<String> environment, String home) {
        if (setting.equals(OFF)) {
            return TEMPORARY;
        }
        if (!setting.isEmpty()) {
            return new CachePlace(Optional.of(absolute(setting)), true);
        }
        return switch (system) {
            case "Windows" -> below(environment.apply("LOCALAPPDATA")).orElse(TEMPORARY);
            case "Darwin" ->
                below(home.isEmpty() ? "" : home + "/Library/Caches").orElse(TEMPORARY);
            default ->
                below(environment.apply("XDG_CACHE_HOME"))
                        .or(() -> below(home.isEmpty() ? "" : home + "/.cache"))
                        .orElse(TEMPORARY);
        };
    }

    /** A relative directory would be another one for each module of a build. */
    private static Path absolute(String setting) {
        Path directory = Path.of(setting);
        if (!directory.isAbsolute()) {
            throw new IllegalArgumentException("the system property " + SETTING
                    + " is a directory, from the root on, or 'off', not '" + setting + "'");
        }
        return directory;
    }

    /** A relative folder is to be ignored, says the specification; a container's user may have "?" for a home. */
    private static Optional<CachePlace> below(String folder) {
        return Optional.of(folder)
                .filter(name -> !name.isEmpty())
                .map(Path::of)
                .filter(Path::isAbsolute)
                .map(path -> new CachePlace(Optional.of(path.resolve(NAME)), false));
    }
}
