package dev.socks5.conformance.client;

import org.jspecify.annotations.Nullable;

/**
 * What the suite is told of the client that it judges.
 *
 * @param fetch fetches a page without a login
 * @param login fetches a page with user name and password; or {@code null}
 * @param udp sends a datagram to a host and port, and prints the answer; or {@code null}
 * @param bind has the proxy accept a connection from a host and port, and prints what comes; or {@code null}
 * @param port where the suite plays the proxy, on 127.0.0.1; 0 for another one for each case
 */
public record ClientUnderTest(
        Program fetch,
        @Nullable Program login,
        @Nullable Program udp,
        @Nullable Program bind,
        int port) {

    /** A program that is started by a command. */
    public static ClientUnderTest of(Program fetch) {
        return new ClientUnderTest(fetch, null, null, null, 0);
    }

    /** A program that a person starts, and that uses the proxy at one port. */
    public static ClientUnderTest byHand(Prompt prompt, int port) {
        return new ClientUnderTest(prompt, null, null, null, port);
    }

    /** Returns a copy with a program that logs in. */
    public ClientUnderTest withLogin(Program program) {
        return new ClientUnderTest(fetch, program, udp, bind, port);
    }

    /** Returns a copy with a program that sends a datagram. */
    public ClientUnderTest withUdp(Program program) {
        return new ClientUnderTest(fetch, login, program, bind, port);
    }

    /** Returns a copy with a program that has the proxy accept a connection. */
    public ClientUnderTest withBind(Program program) {
        return new ClientUnderTest(fetch, login, udp, program, port);
    }
}
