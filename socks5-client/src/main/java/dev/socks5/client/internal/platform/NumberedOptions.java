package dev.socks5.client.internal.platform;

import java.net.Socket;
import java.net.SocketException;
import java.net.SocketOptions;

/** Sets and gets, by name, the options of a socket that {@link Socket} hands to its implementation by number. */
public final class NumberedOptions {

    private NumberedOptions() {}

    public static void set(Socket socket, int option, Object value) throws SocketException {
        switch (option) {
            case SocketOptions.SO_TIMEOUT -> socket.setSoTimeout((Integer) value);
            case SocketOptions.SO_LINGER -> setLinger(socket, value);
            case SocketOptions.SO_KEEPALIVE -> socket.setKeepAlive((Boolean) value);
            case SocketOptions.SO_REUSEADDR -> socket.setReuseAddress((Boolean) value);
            case SocketOptions.SO_OOBINLINE -> socket.setOOBInline((Boolean) value);
            case SocketOptions.SO_SNDBUF -> socket.setSendBufferSize((Integer) value);
            case SocketOptions.SO_RCVBUF -> socket.setReceiveBufferSize((Integer) value);
            case SocketOptions.TCP_NODELAY -> socket.setTcpNoDelay((Boolean) value);
            case SocketOptions.IP_TOS -> socket.setTrafficClass((Integer) value);
            default -> throw unknown(option);
        }
    }

    /** Takes a number of seconds; {@code false}, or what {@link #get} gives then, for off. */
    private static void setLinger(Socket socket, Object value) throws SocketException {
        boolean on = value instanceof Integer seconds && seconds >= 0;
        socket.setSoLinger(on, on ? (Integer) value : 0);
    }

    public static Object get(Socket socket, int option) throws SocketException {
        return switch (option) {
            case SocketOptions.SO_BINDADDR -> socket.getLocalAddress();
            case SocketOptions.SO_TIMEOUT -> socket.getSoTimeout();
            case SocketOptions.SO_LINGER -> socket.getSoLinger();
            case SocketOptions.SO_KEEPALIVE -> socket.getKeepAlive();
            case SocketOptions.SO_REUSEADDR -> socket.getReuseAddress();
            case SocketOptions.SO_OOBINLINE -> socket.getOOBInline();
            case SocketOptions.SO_SNDBUF -> socket.getSendBufferSize();
            case SocketOptions.SO_RCVBUF -> socket.getReceiveBufferSize();
            case SocketOptions.TCP_NODELAY -> socket.getTcpNoDelay();
            case SocketOptions.IP_TOS -> socket.getTrafficClass();
            default -> throw unknown(option);
        };
    }

    private static SocketException unknown(int option) {
        return new SocketException(String.format("unknown socket option 0x%X", option));
    }
}
