package dev.zdm.database;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * What tests in containers need. Without Docker they are skipped and say why; with {@code -Dzdm.test.docker=required} they
 * fail instead.
 */
public final class DockerNeeded {
    private DockerNeeded() {}

    /** Returns the image to test with; another one: {@code -Dzdm.test.image}. */
    public static String image() {
        String trouble = ContainerServer.unavailable().orElse("");
        if (System.getProperty("zdm.test.docker", "").equals("required") && !trouble.isEmpty()) {
            fail("no Docker, but it is required: " + trouble);
        }
        assumeTrue(trouble.isEmpty(), () -> "no Docker: " + trouble);
        return System.getProperty("zdm.test.image", "postgres:17");
    }
}
