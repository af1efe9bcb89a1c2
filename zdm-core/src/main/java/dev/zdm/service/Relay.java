package dev.zdm.service;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands between a service and its database on this machine, and passes on what either says: so it is known which sessions of
 * the server are the service's, and which errors it was told.
 *
 * <p>Nothing is changed but the answer to a request for encryption, which is no: both ends are asked to do without.
 */
final class Relay implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
    private static final int BACKLOG = 100;
    private static final int CONNECT_MILLIS = 10_000;

    private final DatabaseAddress target;
    private final SessionWatch watch;
    private final String name;
    private final ServerSocket listening;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    private Relay(DatabaseAddress target, SessionWatch watch, String name, ServerSocket listening) {
        this.target = target;
        this.watch = watch;
        this.name = name;
        this.listening = listening;
    }

    /**
     * Starts to listen on a free port.
     *
     * @param name what the service calls this machine
     * @param address the address of this machine to listen on
     */
    static Relay to(DatabaseAddress target, SessionWatch watch, String name, InetAddress address) throws IOException {
        Relay relay = new Relay(target, watch, name, new ServerSocket(0, BACKLOG, address));
        start(relay::accept, "zdm relay " + relay.listening.getLocalPort());
        return relay;
    }

    private static void start(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Returns the address at which it stands for the database. */
    DatabaseAddress address() {
        return new DatabaseAddress(name, listening.getLocalPort(), target.name(), target.user(), target.password());
    }

    private void accept() {
        while (!closed) {
            try {
                Socket client = listening.accept();
                start(() -> connect(client), "zdm relay " + listening.getLocalPort() + " up");
            } catch (IOException e) {
                if (!closed) {
                    LOG.warn("the relay to {} accepts no more connections", target, e);
                }
                return;
            }
        }
    }

    private void connect(Socket client) {
        Socket server = new Socket();
        keep(client);
        keep(server);
        try (client;
                server) {
            server.connect(new InetSocketAddress(target.host(), target.port()), CONNECT_MILLIS);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            start(() -> down(server, client), "zdm relay " + listening.getLocalPort() + " down");
            FromClient.pass(client, server);
        } catch (IOException e) {
            LOG.trace("a connection to {} has ended", target, e);
        } finally {
            open.remove(client);
            open.remove(server);
        }
    }

    private void down(Socket server, Socket client) {
        try (client;
                server) {
            new FromServer(watch).pass(server.getInputStream(), client.getOutputStream());
        } catch (IOException e) {
            LOG.trace("a connection to {} has ended", target, e);
        }
    }

    /** What is opened while it closes is closed too. */
    private void keep(Socket socket) {
        open.add(socket);
        if (closed) {
            quietly(socket);
        }
    }

    private static void quietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            LOG.trace("{} was closed already", resource, e);
        }
    }

    /** Ends all connections. Does not throw; a second call does nothing. */
    @Override
    public void close() {
        closed = true;
        quietly(listening);
        open.forEach(Relay::quietly);
    }
}
