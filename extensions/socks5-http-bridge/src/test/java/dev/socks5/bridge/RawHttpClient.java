package dev.socks5.bridge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;

/** A connection to a bridge, octet by octet. */
final class RawHttpClient implements AutoCloseable {

    /** Far beyond what anything here takes. */
    private static final int LIMIT_MILLIS = 15_000;

    /** CR LF CR LF. */
    private static final int EMPTY_LINE = 0x0D0A0D0A;

    private final Socket socket = new Socket();

    RawHttpClient(HttpBridge bridge) throws IOException {
        socket.connect(bridge.address(), LIMIT_MILLIS);
        socket.setSoTimeout(LIMIT_MILLIS);
        socket.setTcpNoDelay(true);
    }

    Socket socket() {
        return socket;
    }

    RawHttpClient send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        return this;
    }

    /** Up to and with an empty line. */
    String readHead() throws IOException {
        return readHead(socket.getInputStream());
    }

    /** The same, wherever it comes from. */
    static String readHead(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        int lastFour = 0;
        while (lastFour != EMPTY_LINE) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("ended after: " + head.toString(ISO_8859_1));
            }
            head.write(next);
            lastFour = (lastFour << 8) | next;
        }
        return head.toString(ISO_8859_1);
    }

    String read(int count) throws IOException {
        return read(socket.getInputStream(), count);
    }

    static String read(InputStream in, int count) throws IOException {
        return new String(in.readNBytes(count), ISO_8859_1);
    }

    /** Up to the end. */
    String readAll() throws IOException {
        return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
