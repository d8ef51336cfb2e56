package dev.socks5.conformance.server.traffic;

import dev.socks5.conformance.origin.Origin;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Violation;
import dev.socks5.conformance.suite.Wire;
import java.io.IOException;
import java.util.Arrays;

/**
 * Both ends of a tunnel through the server.
 *
 * @param client the end that the suite has as a client
 * @param origin the end that it has as the destination
 */
record Tunnel(Wire client, Wire origin) {

    /** The request that makes one, for the text of a case. */
    static final String CONNECT = "05 01 00 01 {address} {port}";

    /** Makes one to an origin of its own. */
    static Tunnel open(ServerTrial trial) throws IOException, Violation {
        Origin origin = trial.origin();
        Wire client = trial.tunnel(origin.endpoint());
        return new Tunnel(client, trial.accept(origin));
    }

    /** Sends bytes into the tunnel at the client's end, and has them arrive. */
    void toOrigin(byte[] bytes) throws IOException, Violation {
        pass(client, origin, bytes);
    }

    /** Sends bytes into the tunnel at the destination's end, and has them arrive. */
    void toClient(byte[] bytes) throws IOException, Violation {
        pass(origin, client, bytes);
    }

    private static void pass(Wire from, Wire to, byte[] bytes) throws IOException, Violation {
        from.send(Label.RAW, bytes);
        expect(to, bytes);
    }

    /** Receives these bytes at one end. */
    static void expect(Wire to, byte[] bytes) throws IOException, Violation {
        byte[] came = to.receive(Label.RAW, "what was sent into the tunnel", bytes.length);
        int difference = Arrays.mismatch(bytes, came);
        if (difference >= 0) {
            throw new Violation(String.format(
                    "expected the bytes that were sent into the tunnel, but byte %d was X'%02X' and arrived as X'%02X'",
                    difference, bytes[difference], came[difference]));
        }
    }

    /** Returns all values that a byte can have, in order. */
    static byte[] everyByte() {
        byte[] bytes = new byte[256];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }
}
