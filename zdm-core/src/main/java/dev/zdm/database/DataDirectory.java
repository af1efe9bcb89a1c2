package dev.zdm.database;

import static java.nio.file.StandardOpenOption.APPEND;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the data directory of a server.
 *
 * <p>{@code initdb} takes 1.0 to 1.7 s, a copy of what it made 0.2 s; so it runs once for each version and user.
 */
final class DataDirectory {
    private static final Duration INITDB_LIMIT = Duration.ofMinutes(3);
    private static final int FIRST_WITH_BUILTIN_LOCALES = 17;

    /** The system's locale that knows the letters beyond ASCII and no language: Linux has it, others may not. */
    private static final String LETTERS_OF_SYSTEM = "--lc-ctype=C.UTF-8";

    private DataDirectory() {}

    static void prepare(ServerHome home, Cache cache, Binaries binaries, EmbeddedSettings settings) throws IOException {
        List<String> options = options(binaries.major());
        cache.copy(key(binaries, options), target -> initialise(target, options, home, binaries), home.data());
        Files.writeString(
                home.data().resolve("postgresql.conf"),
                ServerConfiguration.of(settings, home.log(), LogFormat.of(binaries.major())),
                APPEND);
    }

    /** What initdb is told is part of the name, and by what programs, which are those of one system and processor. */
    private static String key(Binaries binaries, List<String> options) {
        String baked = binaries.directory() + " " + String.join(" ", options);
        return "data-" + binaries.version() + "-" + Binaries.digest(baked.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The locale is the same on every machine, so that a verdict does not hang on where it was found.
     *
     * @see <a href="https://www.postgresql.org/docs/current/locale.html#LOCALE-PROVIDERS">Locale Providers: builtin since
     *     17</a>
     */
    private static List<String> options(int major) {
        List<String> options = new ArrayList<>(
                List.of("--auth=trust", "--username=" + AdminSessions.USER, "--encoding=UTF8", "--locale=C"));
        if (major >= FIRST_WITH_BUILTIN_LOCALES) {
            options.addAll(List.of("--locale-provider=builtin", "--builtin-locale=C.UTF-8"));
        } else {
            options.add(LETTERS_OF_SYSTEM);
        }
        options.add("--no-sync");
        return options;
    }

    private static void initialise(Path target, List<String> options, ServerHome home, Binaries binaries)
            throws IOException {
        Command.Outcome outcome = initdb(target, options, home, binaries);
        if (!outcome.succeeded() && options.contains(LETTERS_OF_SYSTEM)) {
            FileTrees.delete(target);
            List<String> others = options.stream()
                    .filter(option -> !option.equals(LETTERS_OF_SYSTEM))
                    .toList();
            outcome = initdb(target, others, home, binaries);
        }
        if (!outcome.succeeded()) {
            throw new Explanation(
                            "No data directory for the embedded PostgreSQL",
                            "initdb succeeds in " + target,
                            "exit code " + outcome.exitCode() + "\n" + outcome.output(),
                            "see what initdb says; " + FreeSpace.of(target.resolveSibling("")))
                    .toException();
        }
    }

    private static Command.Outcome initdb(Path target, List<String> options, ServerHome home, Binaries binaries)
            throws IOException {
        List<String> words = new ArrayList<>(binaries.command("initdb", "-D", target.toString()));
        words.addAll(options);
        return new Command(words, home.path().resolve("initdb.txt")).run(INITDB_LIMIT);
    }
}
