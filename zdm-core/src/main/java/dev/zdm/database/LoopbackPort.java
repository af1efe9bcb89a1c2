package dev.zdm.database;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Ports on 127.0.0.1. */
final class LoopbackPort {
    private static final byte[] LOOPBACK = {127, 0, 0, 1};

    private LoopbackPort() {}

    /** Returns a port that is free now; it may be taken before it is used. */
    static int free() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByAddress(LOOPBACK))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new DatabaseException("no free port on 127.0.0.1", e);
        }
    }
}
