package dev.zdm.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a server whose JVM ends without closing it. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no guardian, and every end of a process is a hard one")
class JvmDeathTest {
    @TempDir
    Path temporary;

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
    void kill_9_leaves_nothing_of_a_replica_behind() throws Exception {
        endsWith(Process::destroyForcibly, "replica");
    }

    @Test
    void the_next_start_removes_what_a_killed_guardian_could_not() throws Exception {
        try (Holder holder = Holder.startIn(temporary)) {
            ProcessHandle.of(holder.server().guardian).orElseThrow().destroyForcibly();
            Eventually.ended(holder.server().guardian);
            holder.other().kill();
            assertThat(Eventually.hasEnded(holder.server().postmaster)).isFalse();
            assertThat(holder.server().directory).exists();

            ServerHome.sweep(holder.server().directory.getParent());

            assertThat(Eventually.hasEnded(holder.server().postmaster)).isTrue();
            assertThat(holder.server().directory).doesNotExist();
        }
    }

    @Test
    void a_sweep_spares_the_servers_of_the_living() throws Exception {
        try (Holder holder = Holder.startIn(temporary);
                EmbeddedServer own = EmbeddedServer.start(EmbeddedSettings.defaults())) {
            ServerHome.sweep(holder.server().directory.getParent());
            ServerHome.sweep(own.postmaster().home().path().getParent());

            assertThat(own.settings()).containsEntry("fsync", "on");
            assertThat(Eventually.hasEnded(holder.server().postmaster)).isFalse();
            assertThat(holder.server().directory).exists();

            holder.other().kill();
            holder.server().isGone();
        }
    }

    private void endsWith(Consumer<Process> end, String... more) throws IOException {
        try (Holder holder = Holder.startIn(temporary, more)) {
            assertThat(holder.servers).hasSize(1 + more.length).allSatisfy(Server::isThere);

            end.accept(holder.jvm());

            holder.servers.forEach(Server::isGone);
        }
    }

    /** What belongs to a server of the other JVM. */
    private record Server(long postmaster, long guardian, Path directory) {
        static Server of(String line) {
            String[] words = line.split(" ", 3);
            return new Server(Long.parseLong(words[0]), Long.parseLong(words[1]), Path.of(words[2]));
        }

        void isThere() {
            assertThat(Eventually.hasEnded(postmaster)).isFalse();
            assertThat(directory).exists();
        }

        void isGone() {
            Eventually.ended(postmaster);
            Eventually.holds("the directory is gone", () -> !Files.exists(directory));
            Eventually.ended(guardian);
            assertThat(directory.resolveSibling(directory.getFileName() + ".lock"))
                    .doesNotExist();
        }
    }

    /** The other JVM and what it says of its servers. */
    private record Holder(OtherJvm other, List<Server> servers) implements AutoCloseable {
        static Holder startIn(Path temporary, String... more) throws IOException {
            OtherJvm other = OtherJvm.startIn(temporary, ServerHolder.class, more);
            List<Server> servers = new ArrayList<>();
            for (int i = 0; i <= more.length; i++) {
                servers.add(Server.of(other.line()));
            }
            return new Holder(other, servers);
        }

        Process jvm() {
            return other.process();
        }

        Server server() {
            return servers.get(0);
        }

        @Override
        public void close() {
            other.close();
        }
    }
}
