package dev.zdm.database;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * A JVM that starts a container, its replica and a service, says where their directories are and what belongs to them,
 * and then waits to be killed.
 */
final class ContainerHolder {
    private ContainerHolder() {}

    @SuppressWarnings("SystemOut") // the parent reads it
    public static void main(String[] arguments) throws InterruptedException {
        ContainerServer server = ContainerServer.start(arguments[0], EmbeddedSettings.defaults());
        ContainerStandby standby = server.standby(Map.of());
        System.out.println(Scratch.ofUser().servers());
        System.out.println(server.container().name());
        System.out.println(standby.container().name());
        System.out.println(ServiceContainer.start(
                        arguments[0], Map.of("POSTGRES_PASSWORD", "of-nobody"), List.of("postgres"), 5432)
                .name());
        System.out.println(server.container().guardian().pid() + " "
                + standby.container().guardian().pid());
        new CountDownLatch(1).await();
    }
}
