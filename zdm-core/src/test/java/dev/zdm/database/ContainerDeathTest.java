package dev.zdm.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What becomes of containers whose JVM is gone. */
class ContainerDeathTest {
    @Test
    void a_killed_jvm_leaves_no_container() throws IOException {
        String image = DockerNeeded.image();
        try (OtherJvm jvm = OtherJvm.start(ContainerHolder.class, image)) {
            String server = jvm.line();
            String replica = jvm.line();
            String service = jvm.line();
            assertThat(DockerState.of(server)).isPresent();
            assertThat(DockerState.of(replica)).isPresent();
            assertThat(DockerState.of(service)).isPresent();

            jvm.kill();

            isGone(server);
            isGone(replica);
            isGone(service);
        }
    }

    @Test
    void the_next_start_removes_what_a_killed_guardian_left() throws IOException {
        String image = DockerNeeded.image();
        try (OtherJvm jvm = OtherJvm.start(ContainerHolder.class, image)) {
            String server = jvm.line();
            String replica = jvm.line();
            String service = jvm.line();
            for (String guardian : jvm.line().split(" ", -1)) {
                ProcessHandle.of(Long.parseLong(guardian)).orElseThrow().destroyForcibly();
                Eventually.ended(Long.parseLong(guardian));
            }
            jvm.kill();
            ServerHome.sweep(Scratch.ofUser().servers());
            assertThat(DockerState.of(server))
                    .as("spared by the embedded servers")
                    .isPresent();

            ContainerServer.start(image, EmbeddedSettings.defaults()).close();

            isGone(server);
            isGone(replica);
            isGone(service);
        }
    }

    private static void isGone(String container) {
        Eventually.holds(
                "the container is gone", () -> DockerState.of(container).isEmpty());
        Path home = DockerState.homeOf(container);
        Eventually.holds("the directory is gone", () -> !Files.exists(home));
        Eventually.holds("the lock is gone", () -> !Files.exists(home.resolveSibling(home.getFileName() + ".lock")));
    }
}
