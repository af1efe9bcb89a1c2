package dev.zdm.service;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;

/**
 * Passes on what a client says: requests for encryption are refused, all else goes on as it is.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-message-formats.html">Message Formats</a>
 */
final class FromClient {
    private static final int SSL_REQUEST = 80877103;
    private static final int GSSENC_REQUEST = 80877104;
    private static final int HEADER = 8;
    private static final int LONGEST = 1 << 20;

    private FromClient() {}

    static void pass(Socket client, Socket server) throws IOException {
        DataInputStream from = new DataInputStream(client.getInputStream());
        OutputStream to = server.getOutputStream();
        to.write(firstMessage(from, client.getOutputStream()));
        to.flush();
        from.transferTo(to);
    }

    private static byte[] firstMessage(DataInputStream from, OutputStream back) throws IOException {
        while (true) {
            int length = from.readInt();
            int code = from.readInt();
            if (length < HEADER || length > LONGEST) {
                throw new EOFException("no first message of PostgreSQL's protocol: length " + length);
            }
            if (code != SSL_REQUEST && code != GSSENC_REQUEST) {
                ByteBuffer message = ByteBuffer.allocate(length).putInt(length).putInt(code);
                from.readFully(message.array(), HEADER, length - HEADER);
                return message.array();
            }
            back.write('N');
            back.flush();
        }
    }
}
