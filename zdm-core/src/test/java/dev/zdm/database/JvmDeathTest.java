package dev.zdm.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What is left of a server whose JVM ends without closing it. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no guardian, and every end of a process is a hard one")
class JvmDeathTest {
    @Test
    void kill_9_leaves_nothing_behind() throws Exception {
        endsWith(Process::destroyForcibly);
    }

    @Test
    void sigterm_leaves_nothing_behind() throws Exception {
        endsWith(Process::destroy);
    }

    /** As an IDE does that kills a process with all its children: the guardian must not be one of them. */
    @Test
    void kill_9_of_the_whole_tree_leaves_nothing_behind() throws Exception {
        endsWith(jvm -> {
            jvm.descendants().forEach(ProcessHandle::destroyForcibly);
            jvm.destroyForcibly();
        });
    }

    @Test
    void the_next_start_removes_what_a_killed_guardian_could_not() throws Exception {
        try (Holder holder = Holder.start()) {
            ProcessHandle.of(holder.guardian).orElseThrow().destroyForcibly();
            Eventually.ended(holder.guardian);
            holder.jvm.destroyForcibly().waitFor(60, TimeUnit.SECONDS);
            assertThat(Eventually.hasEnded(holder.postmaster)).isFalse();
            assertThat(holder.directory).exists();

            ServerHome.sweep(holder.directory.getParent());

            assertThat(Eventually.hasEnded(holder.postmaster)).isTrue();
            assertThat(holder.directory).doesNotExist();
        }
    }

    @Test
    void a_sweep_spares_the_servers_of_the_living() throws Exception {
        try (Holder holder = Holder.start();
                EmbeddedServer own = EmbeddedServer.start(EmbeddedSettings.defaults())) {
            ServerHome.sweep(holder.directory.getParent());

            assertThat(own.settings()).containsEntry("fsync", "on");
            assertThat(Eventually.hasEnded(holder.postmaster)).isFalse();
            assertThat(holder.directory).exists();
        }
    }

    private static void endsWith(Consumer<Process> end) throws IOException {
        try (Holder holder = Holder.start()) {
            assertThat(Eventually.hasEnded(holder.postmaster)).isFalse();
            assertThat(holder.directory).exists();

            end.accept(holder.jvm);

            Eventually.ended(holder.postmaster);
            Eventually.holds("the directory is gone", () -> !Files.exists(holder.directory));
            Eventually.ended(holder.guardian);
            assertThat(holder.directory.resolveSibling(holder.directory.getFileName() + ".lock"))
                    .doesNotExist();
        }
    }

    /** The other JVM and what it says of its server. */
    private record Holder(Process jvm, long postmaster, long guardian, Path directory) implements AutoCloseable {
        static Holder start() throws IOException {
            Process jvm = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx128m",
                            "-cp",
                            System.getProperty("java.class.path"),
                            ServerHolder.class.getName())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String line =
                    new BufferedReader(new InputStreamReader(jvm.getInputStream(), StandardCharsets.UTF_8)).readLine();
            assertThat(line).as("what the other JVM says").isNotNull();
            String[] words = line.split(" ", 3);
            return new Holder(jvm, Long.parseLong(words[0]), Long.parseLong(words[1]), Path.of(words[2]));
        }

        @Override
        public void close() {
            jvm.destroyForcibly();
        }
    }
}
