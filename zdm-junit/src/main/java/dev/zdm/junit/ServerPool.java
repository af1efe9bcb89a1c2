package dev.zdm.junit;

import dev.zdm.database.PostgresServer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Supplier;

/**
 * The servers of one choice in a test run: one for rehearsals that run one after the other, one each for those that run at
 * once, because they would disturb each other's figures. It keeps them to the end of the run. Safe for use by several
 * threads.
 */
final class ServerPool implements AutoCloseable {
    private final Supplier<PostgresServer> starter;
    private final List<PostgresServer> started = new ArrayList<>();
    private final Deque<PostgresServer> idle = new ArrayDeque<>();

    ServerPool(Supplier<PostgresServer> starter) {
        this.starter = starter;
    }

    /** Lends a server that nobody has, starting one if there is none. */
    Loan lend() {
        synchronized (this) {
            PostgresServer server = idle.poll();
            if (server != null) {
                return new Loan(server);
            }
        }
        PostgresServer server = starter.get();
        synchronized (this) {
            started.add(server);
        }
        return new Loan(server);
    }

    private synchronized void takeBack(PostgresServer server) {
        // The one that was in use last is the first to be used again.
        idle.push(server);
    }

    @Override
    public synchronized void close() {
        idle.clear();
        started.forEach(PostgresServer::close);
    }

    /** A server on loan. */
    final class Loan implements AutoCloseable {
        private final PostgresServer server;

        private Loan(PostgresServer server) {
            this.server = server;
        }

        PostgresServer server() {
            return server;
        }

        /** Gives the server back; to be called once. */
        @Override
        public void close() {
            takeBack(server);
        }
    }
}
