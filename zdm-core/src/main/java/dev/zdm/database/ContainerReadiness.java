package dev.zdm.database;

import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits until the server in a container answers queries.
 *
 * @param server what it is, as messages call it
 * @param settings the server's
 */
record ContainerReadiness(GuardedContainer container, String server, EmbeddedSettings settings) {
    /**
     * Waits; the image's first server, which initialises the data, does not listen to the outside.
     *
     * @throws DatabaseException if it takes longer than the limit to start, or the container ends
     */
    void await(AdminSessions sessions) {
        long deadline = System.nanoTime() + settings.startLimit().toNanos();
        String last = answer(sessions);
        while (!last.isEmpty()) {
            if (!container.isRunning()) {
                throw failure("the container has ended");
            }
            if (System.nanoTime() > deadline) {
                throw failure(last);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            last = answer(sessions);
        }
    }

    /** Returns why the server does not answer; empty: it does. */
    private static String answer(AdminSessions sessions) {
        try {
            sessions.value("SELECT 1");
            return "";
        } catch (SQLException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private DatabaseException failure(String found) {
        return new Explanation(
                        server + " did not start",
                        "ready on " + container.host() + ":" + container.port() + " within "
                                + settings.startLimit().toSeconds() + " s",
                        found + "; its last lines:\n" + container.lastLines(),
                        settings.serverSettings().isEmpty()
                                ? "see what it says above; if it says nothing, allow it more time to start"
                                : "check the server settings given: " + settings.serverSettings())
                .toException();
    }
}
