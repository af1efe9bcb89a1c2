package dev.zdm.plan;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ServiceTest {
    private final Service container = Service.container("customers:1.4.2");

    @Test
    void a_container_has_nothing_of_this_jvm() {
        assertThatThrownBy(() -> container.withEnvironment("HOME", "{java.home}"))
                .isInstanceOf(PlanException.class)
                .hasMessage("a service knows the names [db.host, db.name, db.password, db.port, db.url, db.user, "
                        + "http.port] in braces, found {java.home} in '{java.home}'");
        assertThatThrownBy(() -> container.inDirectory(Path.of("target")))
                .isInstanceOf(PlanException.class)
                .hasMessage("only a service that is a program has a directory, found the image customers:1.4.2");
    }

    @Test
    void an_image_needs_a_name_and_a_port() {
        assertThatThrownBy(() -> Service.container(" "))
                .isInstanceOf(PlanException.class)
                .hasMessage("a service in a container needs the name of an image, found ' '");
        assertThatThrownBy(() -> container.listeningOn(0))
                .isInstanceOf(PlanException.class)
                .hasMessage("the port of a service is from 1 to 65535, found 0");
        assertThatThrownBy(() -> Service.process("java").listeningOn(9000))
                .isInstanceOf(PlanException.class)
                .hasMessage("a service that is a program is given its port by {http.port}, found the port 9000");
    }
}
