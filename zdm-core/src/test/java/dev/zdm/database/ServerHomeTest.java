package dev.zdm.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerHomeTest {
    /** The starts of embedded servers, in this JVM or another one, must not keep a container from being removed. */
    @Test
    void who_leaves_a_container_alone_does_not_stand_in_the_way_of_its_removal(@TempDir Path servers) throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        Thread others = new Thread(() -> {
            while (!done.get()) {
                ServerHome.sweep(servers);
            }
        });
        others.start();
        List<String> removed = new ArrayList<>();
        try {
            for (int round = 0; round < 500; round++) {
                Path home = abandoned(servers, "abandoned-" + round, "zdm-" + round);
                ServerHome.sweep(servers, mark -> removed.add(mark.container()));
                assertThat(home).doesNotExist();
            }
        } finally {
            done.set(true);
            others.join();
        }
        assertThat(removed).hasSize(500);
    }

    @Test
    void a_container_that_cannot_be_removed_is_left_to_the_next_start(@TempDir Path servers) throws IOException {
        Path home = abandoned(servers, "abandoned", "zdm-abandoned");

        ServerHome.sweep(servers, mark -> {
            throw new DatabaseException("the engine does not answer");
        });
        assertThat(home).exists();

        ServerHome.sweep(servers, mark -> {});
        assertThat(home).doesNotExist();
        assertThat(servers).isEmptyDirectory();
    }

    /** A directory whose lock file a sweep has removed would be found by no later one. */
    @Test
    void a_new_directory_keeps_its_lock_file_though_others_look_for_abandoned_ones(@TempDir Path temporary)
            throws Exception {
        Path servers = Files.createDirectory(temporary.resolve("servers"));
        try (OtherJvm others = OtherJvm.startIn(temporary, Sweeper.class, servers.toString())) {
            assertThat(others.line()).isEqualTo("sweeping");
            for (int round = 0; round < 200; round++) {
                try (ServerHome home = ServerHome.create(servers)) {
                    assertThat(servers.resolve(home.path().getFileName() + ".lock"))
                            .exists();
                }
            }
            others.kill();
        }
    }

    /** A JVM that looks for abandoned servers until it is killed. */
    static final class Sweeper {
        @SuppressWarnings("SystemOut") // the parent reads it
        public static void main(String[] arguments) {
            System.out.println("sweeping");
            while (true) {
                ServerHome.sweep(Path.of(arguments[0]));
            }
        }
    }

    /** The lock comes last: without its mark the directory would be that of an embedded server. */
    private static Path abandoned(Path servers, String name, String container) throws IOException {
        Path home = Files.createDirectory(servers.resolve(name));
        new ContainerMark("unix:///of/no/engine", container).writeTo(home);
        Files.createFile(servers.resolve(name + ".lock"));
        return home;
    }
}
