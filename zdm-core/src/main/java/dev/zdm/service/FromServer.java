package dev.zdm.service;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * Passes on what the server says to one client, and tells of the session and its errors. Memory does not grow with the size
 * of a message.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-message-formats.html">Message Formats</a>
 */
final class FromServer {
    private static final int BUFFER = 1 << 14;
    private static final int LONGEST_ERROR = 1 << 16;
    private static final int ERROR = 'E';
    private static final int BACKEND_KEY = 'K';

    private final SessionWatch watch;
    private final byte[] buffer = new byte[BUFFER];
    private int pid;

    FromServer(SessionWatch watch) {
        this.watch = watch;
    }

    void pass(InputStream from, OutputStream to) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(from, BUFFER);
        DataInputStream in = new DataInputStream(buffered);
        BufferedOutputStream out = new BufferedOutputStream(to, BUFFER);
        for (int type = in.read(); type >= 0; type = in.read()) {
            int length = in.readInt();
            out.write(type);
            out.write(ByteBuffer.allocate(Integer.BYTES).putInt(length).array());
            body(type, in, out, length - Integer.BYTES);
            if (buffered.available() == 0) {
                out.flush();
            }
        }
        out.flush();
    }

    /** Passes a body on; what is of interest is told before the client can act on it. */
    private void body(int type, DataInputStream in, OutputStream out, int length) throws IOException {
        if ((type == ERROR || type == BACKEND_KEY) && length <= LONGEST_ERROR) {
            byte[] body = new byte[length];
            in.readFully(body);
            tell(type, ByteBuffer.wrap(body));
            out.write(body);
            return;
        }
        int left = length;
        while (left > 0) {
            int read = in.read(buffer, 0, Math.min(left, buffer.length));
            if (read < 0) {
                throw new EOFException("the server's message is cut");
            }
            out.write(buffer, 0, read);
            left -= read;
        }
    }

    private void tell(int type, ByteBuffer body) {
        if (type == BACKEND_KEY) {
            pid = body.getInt();
            watch.began(pid);
        } else {
            ErrorMessage error = ErrorMessage.of(body);
            if (error != null) {
                watch.failed(pid, error.sqlState(), error.message());
            }
        }
    }
}
