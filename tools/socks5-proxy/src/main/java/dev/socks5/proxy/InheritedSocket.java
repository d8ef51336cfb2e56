package dev.socks5.proxy;

import java.io.IOException;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;

/** The socket that systemd or inetd has bound, and given to this process as its standard input. */
final class InheritedSocket {

    private static final String ADVICE = "; systemd: StandardInput=socket and Accept=no, inetd: wait";

    private InheritedSocket() {}

    /**
     * Opens it. Whoever closes it loses standard output and error as well, by the JDK's doing.
     *
     * @throws IllegalArgumentException if there is none that listens
     */
    static ServerSocketChannel open() {
        try {
            return listening(System.inheritedChannel());
        } catch (IOException e) {
            throw new IllegalArgumentException("--listen inherited: " + e.getMessage(), e);
        }
    }

    /** @param inherited {@code null} if standard input is no socket */
    static ServerSocketChannel listening(Channel inherited) {
        if (inherited instanceof ServerSocketChannel socket) {
            return socket;
        }
        throw new IllegalArgumentException("--listen inherited: standard input is "
                + (inherited == null ? "no socket" : "a socket that does not listen") + ADVICE);
    }
}
