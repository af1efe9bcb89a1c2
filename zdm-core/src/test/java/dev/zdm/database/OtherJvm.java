package dev.zdm.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Another JVM that runs a main class of the tests, and what it says. */
public record OtherJvm(Process process, BufferedReader lines) implements AutoCloseable {
    static OtherJvm start(Class<?> main, String... arguments) throws IOException {
        return start(entry -> true, main, arguments);
    }

    /**
     * Starts it.
     *
     * @param wanted which entries of this class path it has
     */
    static OtherJvm start(Predicate<String> wanted, Class<?> main, String... arguments) throws IOException {
        return start(List.of(), List.of(), wanted, main, arguments);
    }

    /**
     * Starts it with a temporary directory of its own: the starts of servers in other JVMs, which look for abandoned
     * ones, do not see what it leaves.
     */
    static OtherJvm startIn(Path temporary, Class<?> main, String... arguments) throws IOException {
        return start(List.of(), List.of("-Djava.io.tmpdir=" + temporary), entry -> true, main, arguments);
    }

    /**
     * Starts it.
     *
     * @param before the words of a command that runs it
     * @param options of the JVM
     */
    public static OtherJvm start(
            List<String> before, List<String> options, Predicate<String> wanted, Class<?> main, String... arguments)
            throws IOException {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(wanted)
                .collect(Collectors.joining(File.pathSeparator));
        List<String> words = new ArrayList<>(before);
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.add("-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"));
        words.addAll(options);
        words.addAll(
                List.of("-Xmx128m", "-Dorg.slf4j.simpleLogger.defaultLogLevel=off", "-cp", classPath, main.getName()));
        words.addAll(List.of(arguments));
        Process process = new ProcessBuilder(words)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new OtherJvm(
                process, new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)));
    }

    /** Returns whether a command can be run through these words of another one. */
    public static boolean isPossible(List<String> before) throws InterruptedException {
        List<String> words = new ArrayList<>(before);
        words.add("true");
        try {
            Process process = new ProcessBuilder(words)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** Returns the next line that it says. */
    String line() throws IOException {
        String line = lines.readLine();
        assertThat(line).as("what the other JVM says").isNotNull();
        return line;
    }

    /** Writes a line to its standard input. */
    void tell(String line) throws IOException {
        OutputStream input = process.getOutputStream();
        input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        input.flush();
    }

    /** Returns all that it says to its end. */
    public String rest() {
        return lines.lines().collect(Collectors.joining("\n"));
    }

    /** Kills it and waits for all of it: its locks go with its last thread, some time after its first one. */
    void kill() throws InterruptedException {
        assertThat(process.destroyForcibly().waitFor(60, TimeUnit.SECONDS))
                .as("the killed JVM has ended within 60 s")
                .isTrue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
