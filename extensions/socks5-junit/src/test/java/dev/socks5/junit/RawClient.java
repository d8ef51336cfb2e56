package dev.socks5.junit;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.HexFormat;

/** A client that sends and receives bytes, in hexadecimal. */
final class RawClient implements AutoCloseable {

    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");
    private static final int LIMIT_MILLIS = 10_000;

    private final Socket socket;

    RawClient(Socks5TestProxy proxy) throws IOException {
        socket = new Socket(proxy.address().getAddress(), proxy.address().getPort());
        socket.setSoTimeout(LIMIT_MILLIS);
        socket.setTcpNoDelay(true);
    }

    RawClient send(String bytes) throws IOException {
        socket.getOutputStream().write(HEX.parseHex(bytes));
        return this;
    }

    /** Receives so many bytes, or fewer if the connection ends before. */
    String receive(int count) throws IOException {
        return HEX.formatHex(socket.getInputStream().readNBytes(count));
    }

    /** Receives everything up to the end. */
    String receiveAll() throws IOException {
        return HEX.formatHex(socket.getInputStream().readAllBytes());
    }

    /** Whether nothing comes for a moment, and the connection stays open. */
    boolean isSilent() throws IOException {
        socket.setSoTimeout(50);
        try {
            return socket.getInputStream().read() > Integer.MAX_VALUE - 1;
        } catch (SocketTimeoutException e) {
            return true;
        } finally {
            socket.setSoTimeout(LIMIT_MILLIS);
        }
    }

    Socket socket() {
        return socket;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
