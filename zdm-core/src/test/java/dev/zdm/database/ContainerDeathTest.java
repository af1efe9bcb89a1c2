package dev.zdm.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of containers whose JVM is gone. */
class ContainerDeathTest {
    @TempDir
    Path temporary;

    @Test
    void a_killed_jvm_leaves_no_container() throws Exception {
        String image = DockerNeeded.image();
        try (OtherJvm jvm = OtherJvm.startIn(temporary, ContainerHolder.class, image)) {
            Path servers = Path.of(jvm.line());
            List<String> containers = containers(jvm);
            assertThat(containers).allMatch(ContainerDeathTest::isThere);

            jvm.kill();

            areGone(containers, servers);
        }
    }

    @Test
    void the_next_start_removes_what_a_killed_guardian_left() throws Exception {
        String image = DockerNeeded.image();
        try (OtherJvm jvm = OtherJvm.startIn(temporary, ContainerHolder.class, image)) {
            Path servers = Path.of(jvm.line());
            List<String> containers = containers(jvm);
            for (String guardian : jvm.line().split(" ", -1)) {
                ProcessHandle.of(Long.parseLong(guardian)).orElseThrow().destroyForcibly();
                Eventually.ended(Long.parseLong(guardian));
            }
            jvm.kill();
            ServerHome.sweep(servers);
            assertThat(containers.subList(0, 2))
                    .as("spared by the embedded servers")
                    .allMatch(ContainerDeathTest::isThere);

            try (OtherJvm next = OtherJvm.startIn(temporary, ContainerStarter.class, image)) {
                assertThat(next.rest()).isEmpty();
            }

            areGone(containers, servers);
        }
    }

    /** Returns the names of a server, its replica and a service, whose guardian nobody kills. */
    private static List<String> containers(OtherJvm holder) throws IOException {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            names.add(holder.line());
        }
        return names;
    }

    private static boolean isThere(String container) {
        return DockerState.of(container).isPresent();
    }

    private static void areGone(List<String> containers, Path servers) {
        for (String container : containers) {
            Eventually.holds(container + " is gone", () -> !isThere(container));
        }
        Eventually.holds(
                "the directories and their locks are gone",
                () -> servers.toFile().list().length == 0);
    }
}
