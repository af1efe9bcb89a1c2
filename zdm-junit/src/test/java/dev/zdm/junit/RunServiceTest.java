package dev.zdm.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.zdm.plan.PlanException;
import dev.zdm.plan.Service;
import dev.zdm.plan.VersionRole;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunServiceTest {
    @Test
    void a_service_is_read_for_its_version() {
        ServiceVersionReader reader = new ServiceVersionReader(Both.class);

        assertThat(reader.of(VersionRole.OLD))
                .hasValue(Service.process("java", "-jar", "old.jar")
                        .withEnvironment("JDBC_URL", "{db.url}")
                        .withEnvironment("MODE", "a=b")
                        .inDirectory(Path.of("target"))
                        .readyAt("/ready")
                        .startingWithin(Duration.ofSeconds(9)));
        assertThat(reader.of(VersionRole.NEW))
                .hasValueSatisfying(
                        service -> assertThat(service.launch().command()).isEqualTo(List.of("new")));
        assertThat(new ServiceVersionReader(Object.class).of(VersionRole.OLD)).isEmpty();
    }

    @Test
    void an_image_is_read_for_its_version() {
        assertThat(new ServiceVersionReader(InContainer.class).of(VersionRole.OLD))
                .hasValue(Service.container("customers:1.4.2")
                        .listeningOn(8081)
                        .withEnvironment("JDBC_URL", "{db.url}")
                        .readyAt("/actuator/health"));
    }

    @Test
    void mistakes_are_told() {
        refuses(Twice.class, "one annotation for each version", "2 with version = OLD");
        refuses(Unnamed.class, "environment to be variables as NAME=value", "environment = {\"=x\"}");
        refuses(Never.class, "startSeconds to be at least 1", "startSeconds = 0");
        refuses(Released.class, "a service or @OldRelease for the old version", "both");
        refuses(Nothing.class, "a command or an image", "neither");
    }

    private static void refuses(Class<?> testClass, String expected, String found) {
        assertThatThrownBy(() -> new ServiceVersionReader(testClass).of(VersionRole.OLD))
                .isInstanceOf(PlanException.class)
                .hasMessageContaining("@RunService")
                .hasMessageContaining(expected)
                .hasMessageContaining(found);
    }

    @RunService(
            version = VersionRole.OLD,
            command = {"java", "-jar", "old.jar"},
            environment = {"JDBC_URL={db.url}", "MODE=a=b"},
            directory = "target",
            health = "/ready",
            startSeconds = 9)
    @RunService(version = VersionRole.NEW, command = "new")
    private static class Both {}

    @RunService(
            version = VersionRole.OLD,
            image = "customers:1.4.2",
            port = 8081,
            environment = "JDBC_URL={db.url}",
            health = "/actuator/health")
    private static class InContainer {}

    @RunService(version = VersionRole.OLD)
    private static class Nothing {}

    @RunService(version = VersionRole.OLD, command = "one")
    @RunService(version = VersionRole.OLD, command = "two")
    private static class Twice {}

    @RunService(version = VersionRole.OLD, command = "one", environment = "=x")
    private static class Unnamed {}

    @RunService(version = VersionRole.OLD, command = "one", startSeconds = 0)
    private static class Never {}

    @OldRelease(path = "old.jar")
    @RunService(version = VersionRole.OLD, command = "one")
    private static class Released {}
}
