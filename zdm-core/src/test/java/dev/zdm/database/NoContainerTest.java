package dev.zdm.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What is said where there can be no container; needs no Docker. */
class NoContainerTest {
    /** Says why no server was started in a container. */
    static final class Attempt {
        private Attempt() {}

        @SuppressWarnings("SystemOut") // the parent reads it
        public static void main(String[] arguments) {
            try {
                ContainerServer.start("postgres:17", EmbeddedSettings.defaults())
                        .close();
            } catch (DatabaseException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    @Test
    void says_that_testcontainers_is_missing() throws IOException {
        try (OtherJvm jvm = OtherJvm.start(entry -> !entry.contains("testcontainers"), Attempt.class)) {
            assertThat(jvm.rest()).isEqualTo("""
                    No PostgreSQL in a container
                       expected : Testcontainers on the class path
                       found    : no class org.testcontainers.containers.GenericContainer
                       do       : add the test dependency org.testcontainers:testcontainers-postgresql, version 2,
                                  or take the embedded PostgreSQL""");
        }
    }

    @Test
    void says_that_docker_is_missing() {
        assertThat(Docker.noEngine(
                        ContainerPlan.Purpose.POSTGRES,
                        new IllegalStateException("Could not find a valid Docker environment.")))
                .hasToString("""
                        No PostgreSQL in a container
                           expected : Testcontainers reaches a Docker engine
                           found    : Could not find a valid Docker environment.
                           do       : start Docker, or say with DOCKER_HOST where it is (the log of org.testcontainers tells what was tried),
                                      or take the embedded PostgreSQL""");
        assertThat(Docker.noEngine(ContainerPlan.Purpose.SERVICE, new IllegalStateException("None.")))
                .asString()
                .startsWith("No service in a container\n")
                .endsWith("\n              or let the service run as a process");
    }
}
