package dev.zdm.database;

import java.util.Set;
import java.util.concurrent.CountDownLatch;

/** A JVM that opens an external server, says what its database is, and then waits to be killed. */
final class ExternalHolder {
    private ExternalHolder() {}

    @SuppressWarnings("SystemOut") // the parent reads it
    public static void main(String[] arguments) throws InterruptedException {
        PostgresServer server = new ServerChoice.External(arguments[0], Set.of()).open();
        System.out.println(server.fresh("key", database -> {}).name());
        new CountDownLatch(1).await();
    }
}
