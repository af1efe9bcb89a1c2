package dev.zdm.database;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.WaitContainerResultCallback;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Container;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.startupcheck.StartupCheckStrategy;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;
import org.testcontainers.utility.DockerImageName;

/**
 * A container of which one port is open to this machine. Where Testcontainers' reaper is switched off, it goes by a
 * {@link ServerHome} of its own all the same: with {@link #close()}, with the end of the JVM, and when the JVM is killed.
 *
 * <p>For a PostgreSQL not Testcontainers' own: that waits for what the server says on its standard error, which is silent where
 * the log goes to a file, and sets {@code fsync=off}. So this needs no more than its core, of version 1 or 2.
 */
final class GuardedContainer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GuardedContainer.class);

    /** Docker's 64 MB are too few for a parallel index build. */
    private static final long SHARED_MEMORY = 256L << 20;

    private static final int PORTS_TO_TRY = 5;
    private static final int SECONDS_TO_DIE = 20;
    private static final int REMOVAL_ATTEMPTS = 5;
    private static final long REMOVAL_PAUSE = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int LINES_TO_SHOW = 20;

    private final ServerHome home;
    private final GenericContainer<?> container;
    private final int port;

    private GuardedContainer(ServerHome home, GenericContainer<?> container, int port) {
        this.home = home;
        this.container = container;
        this.port = port;
    }

    /**
     * Starts a container; what runs in it may need more time to get ready.
     *
     * @throws DatabaseException if it cannot be started; the message says why and what to do
     */
    static GuardedContainer start(ContainerPlan plan) {
        ContainerImage.require(plan);
        try {
            Scratch scratch = Scratch.ofUser();
            ServerHome.sweep(scratch.servers(), GuardedContainer::removeAbandoned);
            return start(plan, ServerHome.create(scratch.servers()));
        } catch (IOException e) {
            throw new DatabaseException("the container's directory cannot be set up", e);
        }
    }

    private static GuardedContainer start(ContainerPlan plan, ServerHome home) throws IOException {
        boolean started = false;
        try {
            String name = "zdm-" + home.path().getFileName();
            new ContainerMark(Docker.engine().toString(), name).writeTo(home.path());
            GuardedContainer container = start(plan, home, name);
            started = true;
            return container;
        } finally {
            if (!started) {
                home.close();
            }
        }
    }

    /**
     * The port is chosen here, because one that the engine chooses changes when the container is started again; it may
     * be taken before the engine has it.
     */
    private static GuardedContainer start(ContainerPlan plan, ServerHome home, String name) {
        for (int attempt = 1; true; attempt++) {
            int port = LoopbackPort.free();
            GenericContainer<?> container = container(plan, name, port);
            try {
                container.start();
                return new GuardedContainer(home, container, port);
            } catch (RuntimeException e) {
                String said = lastLines(container);
                container.stop();
                if (!isPortTaken(e) || attempt == PORTS_TO_TRY) {
                    throw cannotStart(plan, said, e);
                }
                LOG.info("port {} was taken meanwhile, trying another one", port);
            }
        }
    }

    private static GenericContainer<?> container(ContainerPlan plan, String name, int port) {
        return new GenericContainer<>(DockerImageName.parse(plan.image()))
                .withEnv(plan.environment())
                .withSharedMemorySize(SHARED_MEMORY)
                .withCommand(plan.command().toArray(String[]::new))
                .withCreateContainerCmdModifier(create -> refine(create, plan, name, port))
                .withStartupCheckStrategy(new NoCheck())
                .waitingFor(new NoWait());
    }

    private static void refine(CreateContainerCmd create, ContainerPlan plan, String name, int port) {
        create.withName(name);
        if (plan.user() != null) {
            create.withUser(plan.user());
        }
        if (!plan.entrypoint().isEmpty()) {
            create.withEntrypoint(plan.entrypoint());
        }
        HostConfig host = create.getHostConfig();
        if (host == null) {
            throw new IllegalStateException("Testcontainers gives the container no host configuration");
        }
        // Testcontainers does not hear of the port: it would wait for it in vain where the container ends at once.
        ExposedPort inside = ExposedPort.tcp(plan.port());
        create.withExposedPorts(inside);
        host.withPortBindings(new PortBinding(Ports.Binding.bindIpAndPort(Docker.publishedOn(), port), inside));
    }

    /** Those who wait for the server see that its container has ended, and can say so in zdm's words. */
    private static final class NoCheck extends StartupCheckStrategy {
        @Override
        public StartupStatus checkStartupState(DockerClient client, String container) {
            return StartupStatus.SUCCESSFUL;
        }
    }

    /** Readiness is seen by those who know what to ask, and as whom. */
    private static final class NoWait extends AbstractWaitStrategy {
        @Override
        protected void waitUntilReady() {
            // The container runs; that is all there is to wait for.
        }
    }

    private static boolean isPortTaken(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            if (message.contains("port is already allocated") || message.contains("address already in use")) {
                return true;
            }
        }
        return false;
    }

    private static DatabaseException cannotStart(ContainerPlan plan, String said, RuntimeException failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return new Explanation(
                        "The container of " + plan.image() + " does not start",
                        "Docker runs it",
                        root.getMessage() + (said.isEmpty() ? "" : "; its last lines:\n" + said),
                        "see what Docker says above")
                .toException(failure);
    }

    /** Returns the address at which its port is reached. */
    String host() {
        return Docker.host();
    }

    /** Returns what its port is called here; it stays when the container is started again. */
    int port() {
        return port;
    }

    @Nullable
    Guardian guardian() {
        return home.guardian();
    }

    String name() {
        return "zdm-" + home.path().getFileName();
    }

    boolean isRunning() {
        return container.isRunning();
    }

    /** Returns the container's address for other containers on Docker's default network. */
    String innerAddress() {
        return container.getCurrentContainerInfo().getNetworkSettings().getNetworks().values().stream()
                .map(ContainerNetwork::getIpAddress)
                .filter(address -> address != null && !address.isEmpty())
                .findFirst()
                .orElseThrow(() -> new DatabaseException("the container " + name() + " has no address of its own"));
    }

    /** Runs a shell script in the container and returns what it printed. */
    String shell(String script, String... arguments) throws IOException {
        String[] words = new String[arguments.length + 4];
        List.of("sh", "-c", script, "zdm").toArray(words);
        System.arraycopy(arguments, 0, words, 4, arguments.length);
        try {
            Container.ExecResult result = container.execInContainer(words);
            if (result.getExitCode() != 0) {
                throw new IOException("in the container " + name() + ", '" + script + "' ended with exit code "
                        + result.getExitCode() + ": " + result.getStderr().strip());
            }
            return result.getStdout().strip();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatabaseException("interrupted while a script ran in the container", e);
        }
    }

    /** Returns the code that its program has ended with. */
    long exitCode() {
        Long code = container.getCurrentContainerInfo().getState().getExitCodeLong();
        return code == null ? 0 : code;
    }

    /** Returns the last lines of the standard streams. */
    String lastLines() {
        return lastLines(container);
    }

    private static String lastLines(GenericContainer<?> container) {
        if (container.getContainerId() == null) {
            return "";
        }
        List<String> lines = container.getLogs().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES_TO_SHOW), lines.size()));
    }

    /** Kills all processes of the container and starts it again with what is on its disk. */
    void killAndStart() {
        DockerClient client = container.getDockerClient();
        String id = container.getContainerId();
        try (WaitContainerResultCallback end = client.waitContainerCmd(id).start()) {
            client.killContainerCmd(id).exec();
            end.awaitStatusCode(SECONDS_TO_DIE, TimeUnit.SECONDS);
            client.startContainerCmd(id).exec();
        } catch (IOException | RuntimeException e) {
            throw new DatabaseException("the container " + name() + " cannot be started again: " + e.getMessage(), e);
        }
    }

    /** Removes the container and all that belongs to it. Does not throw. */
    @Override
    public void close() {
        try {
            container.stop();
        } catch (RuntimeException e) {
            LOG.warn("the container {} was not removed", name(), e);
        }
        home.close();
    }

    /** Removes the container of a JVM that is gone; throws where it cannot be. */
    private static void removeAbandoned(ContainerMark mark) {
        if (!mark.engine().equals(Docker.engine().toString())) {
            throw new DatabaseException(
                    "the container " + mark.container() + " is on another engine, " + mark.engine());
        }
        for (int attempt = 1; !isRemoved(mark.container(), attempt); attempt++) {
            LockSupport.parkNanos(REMOVAL_PAUSE);
        }
    }

    /** An engine under load gives up on a container that is slow to die, and may remove it the next time. */
    private static boolean isRemoved(String container, int attempt) {
        try {
            DockerClientFactory.instance()
                    .client()
                    .removeContainerCmd(container)
                    .withForce(true)
                    .withRemoveVolumes(true)
                    .exec();
            return true;
        } catch (NotFoundException e) {
            LOG.debug("the container {} is gone already", container, e);
            return true;
        } catch (DockerException e) {
            if (attempt == REMOVAL_ATTEMPTS) {
                LOG.warn("the container {} of an earlier run cannot be removed: {}", container, e.getMessage());
                throw e;
            }
            return false;
        }
    }
}
