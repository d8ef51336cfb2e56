package dev.socks5.benchmarks.stall;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Greeting;
import dev.socks5.codec.Request;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Clients that have the server connect to an origin and read nothing of what it sends. */
final class StalledReaders implements AutoCloseable {

    private static final int SOURCES = 64;
    private static final int PATIENCE_MILLIS = 2_000;

    /** A method selection, and a reply with an IPv4 address. */
    private static final int ANSWERS = 2 + 10;

    private static final int REPLY_CODE = 3;

    private final InetSocketAddress server;
    private final byte[] request;
    private final List<Socket> open = new ArrayList<>();
    private int refused;

    StalledReaders(InetSocketAddress server, InetSocketAddress origin) {
        this.server = server;
        Greeting greeting = Greeting.of(AuthMethod.NO_AUTHENTICATION);
        Request connect = Request.connect(Endpoint.of(origin));
        ByteBuffer octets = ByteBuffer.allocate(greeting.encodedLength() + connect.encodedLength());
        greeting.encode(octets);
        connect.encode(octets);
        this.request = octets.array();
    }

    /** Opens one more; counts it as refused if the server hangs up or fails the request. */
    void add(int number) {
        Socket socket = new Socket();
        try {
            socket.setReceiveBufferSize(Flood.SOCKET_BUFFER);
            byte last = (byte) (1 + number % SOURCES);
            socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 1, 0, last}), 0));
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.setSoLinger(true, 0);
            socket.connect(server, PATIENCE_MILLIS);
            socket.getOutputStream().write(request);
            byte[] answers = new byte[ANSWERS];
            new DataInputStream(socket.getInputStream()).readFully(answers);
            if (answers[REPLY_CODE] != 0) {
                throw new IOException("refused");
            }
            open.add(socket);
        } catch (IOException e) {
            refused++;
            close(socket);
        }
    }

    int opened() {
        return open.size();
    }

    int refused() {
        return refused;
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is broken already.
        }
    }

    /** Resets them all at once. */
    @Override
    public void close() {
        open.forEach(StalledReaders::close);
    }
}
