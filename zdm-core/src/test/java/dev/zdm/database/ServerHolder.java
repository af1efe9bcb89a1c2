package dev.zdm.database;

import java.util.concurrent.CountDownLatch;

/** A JVM that starts a server, says what belongs to it, and then waits to be killed. */
final class ServerHolder {
    private ServerHolder() {}

    @SuppressWarnings("SystemOut") // the parent reads it
    public static void main(String[] arguments) throws InterruptedException {
        EmbeddedServer server = EmbeddedServer.start(EmbeddedSettings.defaults());
        long postmaster = Postmaster.process(server.directory().resolve("data"))
                .orElseThrow()
                .pid();
        long guardian = server.postmaster().home().guardian().pid();
        System.out.println(postmaster + " " + guardian + " " + server.directory());
        new CountDownLatch(1).await();
    }
}
