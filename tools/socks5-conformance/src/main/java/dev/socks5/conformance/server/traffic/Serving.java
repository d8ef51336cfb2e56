package dev.socks5.conformance.server.traffic;

import dev.socks5.conformance.origin.Origin;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Violation;
import dev.socks5.conformance.suite.Wire;
import java.io.IOException;

/** Finds out whether the server still serves somebody else. */
final class Serving {

    private Serving() {}

    /**
     * Makes a tunnel, has bytes pass both ways, and closes it.
     *
     * @param when for the message, such as "after garbage"
     */
    static void check(ServerTrial trial, String when) throws IOException, Violation {
        goingOn(when, () -> {
            try (Origin origin = trial.origin();
                    Wire client = trial.tunnel(origin.endpoint());
                    Wire accepted = origin.accept()) {
                Tunnel tunnel = new Tunnel(client, accepted);
                tunnel.toOrigin(Tunnel.everyByte());
                tunnel.toClient(Tunnel.everyByte());
            }
        });
    }

    /** What clients do one after the other, each of whom has to be served. */
    @FunctionalInterface
    interface Clients {
        /** Does it. */
        void run() throws IOException, Violation;
    }

    /**
     * Says of a violation that somebody else was not served.
     *
     * @param when for the message, such as "after garbage"
     */
    static void goingOn(String when, Clients clients) throws IOException, Violation {
        try {
            clients.run();
        } catch (Violation e) {
            throw new Violation("the server does not serve another client " + when + ": " + e.getMessage());
        }
    }
}
