package dev.zdm.database;

import java.net.URI;
import java.util.Optional;
import java.util.Set;
import org.testcontainers.DockerClientFactory;

/** What there is of Docker on this machine, by Testcontainers, which is an optional dependency. */
final class Docker {
    private static final String TITLE = "No PostgreSQL in a container";
    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "::1");

    private Docker() {}

    /** Returns why no container can be had; empty: it can. The first call takes a second or two. */
    static Optional<Explanation> trouble() {
        try {
            Class.forName("org.testcontainers.containers.GenericContainer", false, Docker.class.getClassLoader());
        } catch (ClassNotFoundException | NoClassDefFoundError e) {
            return Optional.of(new Explanation(
                    TITLE,
                    "Testcontainers on the class path",
                    "no class " + e.getMessage(),
                    "add the test dependency org.testcontainers:testcontainers-postgresql, version 2,\n"
                            + "or take the embedded PostgreSQL"));
        }
        return Engine.trouble();
    }

    static Explanation noEngine(RuntimeException failure) {
        return new Explanation(
                TITLE,
                "Testcontainers reaches a Docker engine",
                String.valueOf(failure.getMessage()),
                "start Docker, or say with DOCKER_HOST where it is (the log of org.testcontainers tells what was"
                        + " tried),\nor take the embedded PostgreSQL");
    }

    /** Returns the address of published ports, as it is reached from here. */
    static String host() {
        String host = DockerClientFactory.instance().dockerHostIpAddress();
        // By name it may be tried as an IPv6 address first, on which nothing listens.
        return THIS_MACHINE.contains(host) ? "127.0.0.1" : host;
    }

    /** Returns the address to publish ports on: of this machine only, unless the engine is on another one. */
    static String publishedOn() {
        String host = host();
        return THIS_MACHINE.contains(host) ? host : "0.0.0.0";
    }

    /** Returns where the engine listens, for {@code docker -H}. */
    static URI engine() {
        return DockerClientFactory.instance().getTransportConfig().getDockerHost();
    }

    /** Loaded only where Testcontainers is. */
    private static final class Engine {
        static Optional<Explanation> trouble() {
            try {
                DockerClientFactory.instance().client();
                return Optional.empty();
            } catch (RuntimeException e) {
                return Optional.of(noEngine(e));
            }
        }
    }
}
