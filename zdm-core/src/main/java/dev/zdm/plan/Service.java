package dev.zdm.plan;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An application version that runs on its own, as a process, and answers HTTP requests on this machine. The steps return new
 * instances.
 *
 * <p>It learns where its database is and which port it must listen on from words of its command and from environment
 * variables, in which names in braces stand for what they are in this run:
 *
 * <table>
 * <caption>Names in braces</caption>
 * <tr><td>{@code {http.port}}</td><td>the port that the service must listen on</td></tr>
 * <tr><td>{@code {db.url}}</td><td>the JDBC URL of the database, with user and password</td></tr>
 * <tr><td>{@code {db.host}}, {@code {db.port}}, {@code {db.name}}, {@code {db.user}}, {@code {db.password}}</td>
 *     <td>its parts; the password is empty where none is needed</td></tr>
 * <tr><td>{@code {java.home}}, {@code {java.classpath}}</td><td>those of this JVM</td></tr>
 * </table>
 *
 * <p>What is there is a relay on this machine, through which zdm knows the service's sessions and what the server tells
 * them. It passes on unencrypted connections only.
 *
 * @param launch what is started
 * @param environment variables besides those of this JVM
 * @param healthPath a path, beginning with {@code /}, that answers with a status of 200 to 299 once the service is ready
 * @param startLimit how long it may take to get ready, more than zero
 */
public record Service(Launch launch, Map<String, String> environment, String healthPath, Duration startLimit) {
    /** The names that may stand in braces. */
    private static final Set<String> NAMES = new TreeSet<>(Set.of(
            "http.port",
            "db.url",
            "db.host",
            "db.port",
            "db.name",
            "db.user",
            "db.password",
            "java.home",
            "java.classpath"));

    private static final Pattern IN_BRACES = Pattern.compile("\\{([a-z]+\\.[a-z]+)}");
    private static final Duration DEFAULT_START_LIMIT = Duration.ofSeconds(60);

    /** What is started. */
    public sealed interface Launch {
        /** Returns the words of the command, possibly none. */
        List<String> command();
    }

    /**
     * A program of this machine.
     *
     * @param command the program and its arguments
     * @param directory where it runs; null: where this JVM does
     */
    public record Command(List<String> command, @Nullable Path directory) implements Launch {
        public Command {
            command = List.copyOf(command);
            if (command.isEmpty() || command.get(0).isBlank()) {
                throw new PlanException("a service needs a command, such as java -jar old.jar, found " + command);
            }
        }
    }

    public Service {
        environment = Map.copyOf(environment);
        if (!healthPath.startsWith("/")) {
            throw new PlanException("the health path of a service begins with /, found '" + healthPath + "'");
        }
        if (startLimit.isNegative() || startLimit.isZero()) {
            throw new PlanException("the start limit of a service must be more than zero, found " + startLimit);
        }
        launch.command().forEach(Service::requireKnownNames);
        environment.values().forEach(Service::requireKnownNames);
    }

    /** Returns a service that is a program of this machine, {@code Service.process("java", "-jar", "old.jar")}. */
    public static Service process(String... command) {
        return new Service(new Command(List.of(command), null), Map.of(), "/health", DEFAULT_START_LIMIT);
    }

    /** Sets an environment variable, {@code withEnvironment("JDBC_URL", "{db.url}")}. */
    public Service withEnvironment(String name, String value) {
        Map<String, String> all = new LinkedHashMap<>(environment);
        all.put(name, value);
        return new Service(launch, all, healthPath, startLimit);
    }

    /** Sets where a program runs. */
    public Service inDirectory(Path directory) {
        return new Service(new Command(launch.command(), directory), environment, healthPath, startLimit);
    }

    /** Sets the path that tells whether the service is ready. */
    public Service readyAt(String path) {
        return new Service(launch, environment, path, startLimit);
    }

    /** Sets how long the service may take to get ready. */
    public Service startingWithin(Duration limit) {
        return new Service(launch, environment, healthPath, limit);
    }

    /**
     * Puts values in the place of the names in braces.
     *
     * @param values by name, without braces; all of the names
     */
    public static String filledIn(String text, Map<String, String> values) {
        return IN_BRACES
                .matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(values.getOrDefault(found.group(1), found.group())));
    }

    private static void requireKnownNames(String text) {
        IN_BRACES.matcher(text).results().map(found -> found.group(1)).forEach(name -> {
            if (!NAMES.contains(name)) {
                throw new PlanException(
                        "a service knows the names " + NAMES + " in braces, found {" + name + "} in '" + text + "'");
            }
        });
    }
}
