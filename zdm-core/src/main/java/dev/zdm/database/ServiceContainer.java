package dev.zdm.database;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An application in a container, on Docker's default network. Testcontainers runs it and must be on the class path. Nothing of
 * it stays: it goes with {@link #close()}, with the end of the JVM, and when the JVM is killed.
 */
public final class ServiceContainer implements AutoCloseable {
    /** How Docker Desktop calls this machine. */
    private static final String HOST_OF_VIRTUAL_MACHINE = "host.docker.internal";

    private final GuardedContainer container;

    private ServiceContainer(GuardedContainer container) {
        this.container = container;
    }

    /**
     * How containers reach this machine.
     *
     * @param name what they call it
     * @param address where to listen for them; null: on this machine's loopback address
     */
    public record Way(String name, @Nullable InetAddress address) {}

    /**
     * Returns how containers reach this machine.
     *
     * @throws DatabaseException if there is no Docker; the message says what to do
     */
    public static Way toThisMachine() {
        Optional<Explanation> trouble = Docker.trouble(ContainerPlan.Purpose.SERVICE);
        if (trouble.isPresent()) {
            throw trouble.get().toException();
        }
        return Docker.bridge()
                .map(address -> new Way(address.getHostAddress(), address))
                .orElse(new Way(HOST_OF_VIRTUAL_MACHINE, null));
    }

    /**
     * Starts a container; what runs in it may need more time to get ready.
     *
     * @param command what the image is asked to run; empty: what it runs by itself
     * @param port the port that the application listens on
     * @throws DatabaseException if it cannot be started; the message says why and what to do
     */
    public static ServiceContainer start(
            String image, Map<String, String> environment, List<String> command, int port) {
        return new ServiceContainer(GuardedContainer.start(
                new ContainerPlan(ContainerPlan.Purpose.SERVICE, image, environment, null, List.of(), command, port)));
    }

    /** Returns the address at which its port is reached from here. */
    public String host() {
        return container.host();
    }

    /** Returns the port at which its port is reached from here. */
    public int port() {
        return container.port();
    }

    /** Returns the name by which Docker knows it. */
    public String name() {
        return container.name();
    }

    /** Returns the code that its program has ended with; empty: it runs. */
    public Optional<Long> exitCode() {
        return container.isRunning() ? Optional.empty() : Optional.of(container.exitCode());
    }

    /** Returns the last lines that it has printed, oldest first. */
    public List<String> lastLines() {
        return container.lastLines().lines().toList();
    }

    /** Removes it. Does not throw. */
    @Override
    public void close() {
        container.close();
    }
}
