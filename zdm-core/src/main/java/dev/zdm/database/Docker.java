package dev.zdm.database;

import com.github.dockerjava.api.model.Network;
import dev.zdm.database.ContainerPlan.Purpose;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.testcontainers.DockerClientFactory;

/** What there is of Docker on this machine, by Testcontainers, which is an optional dependency. */
final class Docker {
    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "::1");

    private Docker() {}

    /** Returns why no container can be had; empty: it can. The first call takes a second or two. */
    static Optional<Explanation> trouble(Purpose purpose) {
        try {
            Class.forName("org.testcontainers.containers.GenericContainer", false, Docker.class.getClassLoader());
        } catch (ClassNotFoundException | NoClassDefFoundError e) {
            return Optional.of(new Explanation(
                    purpose.title(),
                    "Testcontainers on the class path",
                    "no class " + e.getMessage(),
                    "add the test dependency org.testcontainers:testcontainers-postgresql, version 2,\nor "
                            + purpose.otherwise()));
        }
        return Engine.trouble(purpose);
    }

    static Explanation noEngine(Purpose purpose, RuntimeException failure) {
        return new Explanation(
                purpose.title(),
                "Testcontainers reaches a Docker engine",
                String.valueOf(failure.getMessage()),
                "start Docker, or say with DOCKER_HOST where it is (the log of org.testcontainers tells what was"
                        + " tried),\nor " + purpose.otherwise());
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

    /**
     * Returns the address of this machine on the network that containers are in; empty: it has none there, because the
     * engine and its containers are in a virtual machine, which gives this machine a name.
     */
    static Optional<InetAddress> bridge() {
        List<Network.Ipam.Config> networks = DockerClientFactory.instance()
                .client()
                .inspectNetworkCmd()
                .withNetworkId("bridge")
                .exec()
                .getIpam()
                .getConfig();
        return networks.stream()
                .map(Network.Ipam.Config::getGateway)
                .filter(Objects::nonNull)
                .flatMap(gateway -> own(gateway).stream())
                .findFirst();
    }

    private static Optional<InetAddress> own(String address) {
        try {
            InetAddress found = InetAddress.getByName(address);
            return NetworkInterface.getByInetAddress(found) == null ? Optional.empty() : Optional.of(found);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns where the engine listens, for {@code docker -H}. */
    static URI engine() {
        return DockerClientFactory.instance().getTransportConfig().getDockerHost();
    }

    /** Loaded only where Testcontainers is. */
    private static final class Engine {
        static Optional<Explanation> trouble(Purpose purpose) {
            try {
                DockerClientFactory.instance().client();
                return Optional.empty();
            } catch (RuntimeException e) {
                return Optional.of(noEngine(purpose, e));
            }
        }
    }
}
