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
 * An application version that runs on its own, as a process or in a container, and answers HTTP requests. The steps return new
 * instances.
 *
 * <p>It learns where its database is and which port it must listen on from words of its command and from environment
 * variables, in which names in braces stand for what they are in this run:
 *
 * <table>
 * <caption>Names in braces</caption>
 * <tr><td>{@code {http.port}}</td><td>the port that the service must listen on; of a container its own</td></tr>
 * <tr><td>{@code {db.url}}</td><td>the JDBC URL of the database, with user and password</td></tr>
 * <tr><td>{@code {db.host}}, {@code {db.port}}, {@code {db.name}}, {@code {db.user}}, {@code {db.password}}</td>
 *     <td>its parts; the password is empty where none is needed</td></tr>
 * <tr><td>{@code {java.home}}, {@code {java.classpath}}</td><td>those of this JVM; not in a container</td></tr>
 * </table>
 *
 * <p>At the address of the database is a relay on this machine, through which zdm knows the service's sessions and what the server tells
 * them. It passes on unencrypted connections only.
 *
 * @param launch what is started
 * @param environment variables besides those of this JVM, or besides those of the image
 * @param healthPath a path, beginning with {@code /}, that answers with a status of 200 to 299 once the service is ready
 * @param startLimit how long it may take to get ready, more than zero
 */
public record Service(Launch launch, Map<String, String> environment, String healthPath, Duration startLimit) {
    /** The names that may stand in braces in what a container is given. */
    private static final Set<String> NAMES_IN_CONTAINERS =
            new TreeSet<>(Set.of("http.port", "db.url", "db.host", "db.port", "db.name", "db.user", "db.password"));

    /** The names that may stand in braces in what a program is given. */
    private static final Set<String> NAMES = new TreeSet<>(NAMES_IN_CONTAINERS);

    static {
        NAMES.addAll(Set.of("java.home", "java.classpath"));
    }

    private static final Pattern IN_BRACES = Pattern.compile("\\{([a-z]+\\.[a-z]+)}");
    private static final int DEFAULT_PORT = 8080;
    private static final Duration DEFAULT_START_LIMIT = Duration.ofSeconds(60);

    /** What is started. */
    public sealed interface Launch {
        /** Returns the words of the command, possibly none. */
        List<String> command();

        /** Returns what messages call it. */
        String inWords();
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

        @Override
        public String inWords() {
            return command.toString();
        }
    }

    /**
     * An image, run by Docker in a container on its default network.
     *
     * @param name as Docker spells it, such as {@code registry.example.com/customers:1.4.2}
     * @param command what the image is asked to run; empty: what it runs by itself
     * @param port the port that the service listens on in its container, 1 to 65535
     */
    public record Image(String name, List<String> command, int port) implements Launch {
        private static final int HIGHEST_PORT = 65_535;

        public Image {
            command = List.copyOf(command);
            if (name.isBlank()) {
                throw new PlanException("a service in a container needs the name of an image, found '" + name + "'");
            }
            if (port < 1 || port > HIGHEST_PORT) {
                throw new PlanException("the port of a service is from 1 to 65535, found " + port);
            }
        }

        @Override
        public String inWords() {
            return "the image " + name + (command.isEmpty() ? "" : " with " + command);
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
        Set<String> names = launch instanceof Image ? NAMES_IN_CONTAINERS : NAMES;
        launch.command().forEach(word -> requireKnownNames(word, names));
        environment.values().forEach(value -> requireKnownNames(value, names));
    }

    /** Returns a service that is a program of this machine, {@code Service.process("java", "-jar", "old.jar")}. */
    public static Service process(String... command) {
        return new Service(new Command(List.of(command), null), Map.of(), "/health", DEFAULT_START_LIMIT);
    }

    /**
     * Returns a service that is an image, run by Docker; it listens on port 8080 unless {@link #listeningOn} says otherwise.
     * Needs Testcontainers on the class path.
     */
    public static Service container(String image, String... command) {
        return new Service(new Image(image, List.of(command), DEFAULT_PORT), Map.of(), "/health", DEFAULT_START_LIMIT);
    }

    /** Sets the port that a service in a container listens on there. */
    public Service listeningOn(int port) {
        if (!(launch instanceof Image image)) {
            throw new PlanException(
                    "a service that is a program is given its port by {http.port}, found the port " + port);
        }
        return new Service(new Image(image.name(), image.command(), port), environment, healthPath, startLimit);
    }

    /** Sets an environment variable, {@code withEnvironment("JDBC_URL", "{db.url}")}. */
    public Service withEnvironment(String name, String value) {
        Map<String, String> all = new LinkedHashMap<>(environment);
        all.put(name, value);
        return new Service(launch, all, healthPath, startLimit);
    }

    /** Sets where a program runs. */
    public Service inDirectory(Path directory) {
        if (!(launch instanceof Command)) {
            throw new PlanException("only a service that is a program has a directory, found " + launch.inWords());
        }
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

    private static void requireKnownNames(String text, Set<String> names) {
        IN_BRACES.matcher(text).results().map(found -> found.group(1)).forEach(name -> {
            if (!names.contains(name)) {
                throw new PlanException(
                        "a service knows the names " + names + " in braces, found {" + name + "} in '" + text + "'");
            }
        });
    }
}
