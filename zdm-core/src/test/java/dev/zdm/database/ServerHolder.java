package dev.zdm.database;

import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A JVM that starts a server and its replica, says what belongs to them, and then waits to be killed. */
final class ServerHolder {
    private ServerHolder() {}

    public static void main(String[] arguments) throws InterruptedException {
        EmbeddedServer server = EmbeddedServer.start(EmbeddedSettings.defaults());
        tell(server.postmaster());
        if (arguments.length > 0) {
            tell(server.standby(Map.of()).postmaster());
        }
        new CountDownLatch(1).await();
    }

    @SuppressWarnings("SystemOut") // the parent reads it
    private static void tell(Postmaster postmaster) {
        ServerHome home = postmaster.home();
        long process = Postmaster.process(home.data()).orElseThrow().pid();
        System.out.println(process + " " + home.guardian().pid() + " " + home.path());
    }
}
