package dev.zdm.jmh;

import dev.zdm.database.Database;
import dev.zdm.database.EmbeddedServer;
import dev.zdm.database.EmbeddedSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Do JVMs that rehearse at the same time get into each other's way? Each opens a server, takes a database and keeps it until
 * all have theirs. Exit code 0 if every one got a server of its own and nothing is left in the end.
 *
 * <pre>{@code
 * scripts/parallel-jvms [JVMs]
 * }</pre>
 */
public final class ParallelJvms {
    private static final String CHILD = "child";

    private ParallelJvms() {}

    /** Runs the JVMs, or is one of them. */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length > 0 && args[0].equals(CHILD)) {
            holdServer();
            return;
        }
        int jvms = args.length > 0 ? Integer.parseInt(args[0]) : 10;
        System.exit(run(jvms) ? 0 : 1);
    }

    private static void holdServer() throws IOException {
        long began = System.nanoTime();
        try (EmbeddedServer server = EmbeddedServer.start(EmbeddedSettings.defaults());
                Database database =
                        server.fresh("parallel", empty -> Sessions.run(empty, "create table mine (pid bigint)"))) {
            Sessions.run(
                    database,
                    "insert into mine values (" + ProcessHandle.current().pid() + ")");
            System.out.println(
                    database.jdbcUrl() + " after " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began) + " ms");
            if (System.in.read() < 0) {
                throw new IOException("the parent is gone");
            }
            // Divides by zero unless the one row in there is this JVM's.
            Sessions.run(
                    database,
                    "select 1 / (count(*) = 1 and min(pid) = "
                            + ProcessHandle.current().pid() + ")::int from mine");
        }
    }

    private static boolean run(int number) throws IOException, InterruptedException {
        List<Process> jvms = new ArrayList<>();
        try {
            for (int i = 0; i < number; i++) {
                jvms.add(start());
            }
            Set<String> addresses = new HashSet<>();
            for (Process jvm : jvms) {
                String line = firstLine(jvm);
                System.out.println(line);
                addresses.add(line.split(" ", 2)[0]);
            }
            int ended = 0;
            for (Process jvm : jvms) {
                ended += endsWell(jvm) ? 1 : 0;
            }
            List<Path> left = left();
            System.out.printf(
                    "%d JVMs, %d servers, %d ended well, left behind: %s%n", number, addresses.size(), ended, left);
            return addresses.size() == number && ended == number && left.isEmpty();
        } finally {
            jvms.forEach(Process::destroyForcibly);
        }
    }

    private static Process start() throws IOException {
        List<String> words = new ArrayList<>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String property : List.of("java.io.tmpdir", "zdm.cache")) {
            if (System.getProperty(property) != null) {
                words.add("-D" + property + "=" + System.getProperty(property));
            }
        }
        words.addAll(
                List.of("-Xmx64m", "-cp", System.getProperty("java.class.path"), ParallelJvms.class.getName(), CHILD));
        return new ProcessBuilder(words)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String firstLine(Process jvm) throws IOException {
        String line =
                new BufferedReader(new InputStreamReader(jvm.getInputStream(), StandardCharsets.UTF_8)).readLine();
        return line == null ? "a JVM that said nothing" : line;
    }

    private static boolean endsWell(Process jvm) throws InterruptedException {
        try (OutputStream input = jvm.getOutputStream()) {
            input.write('\n');
        } catch (IOException gone) {
            return false;
        }
        return jvm.waitFor(60, TimeUnit.SECONDS) && jvm.exitValue() == 0;
    }

    /** Returns what is left of servers; the temporary directory is this run's own. */
    private static List<Path> left() throws IOException {
        List<Path> left = new ArrayList<>();
        try (var users = Files.newDirectoryStream(Path.of(System.getProperty("java.io.tmpdir")), "zdm-*")) {
            for (Path user : users) {
                try (var servers = Files.list(user.resolve("servers"))) {
                    servers.forEach(left::add);
                }
            }
        }
        return left;
    }
}
