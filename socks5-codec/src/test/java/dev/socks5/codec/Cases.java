package dev.socks5.codec;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Cases of an enumeration, and how many there were: one that runs none has to fail. */
final class Cases {

    private int count;

    int count() {
        return count;
    }

    void add() {
        count++;
    }

    /** Checks and counts one case. */
    void expect(String expected, String actual, Object... of) {
        same(expected, actual, of);
        add();
    }

    /** Checks something more about a case; quicker than an assertion that is fluent. */
    static void same(Object expected, Object actual, Object... of) {
        if (!expected.equals(actual)) {
            throw new AssertionError(Arrays.toString(of) + ": " + actual + " instead of " + expected);
        }
    }

    /** What comes of a message: a failure, or whose turn it is, and what it sends then. All is taken or nothing. */
    static String hear(ClientHandshake client, int... message) throws Socks5Exception {
        ByteBuffer in = Octets.buffer(message);
        try {
            boolean taken = client.receive(in);
            if (!taken || in.hasRemaining()) {
                return "not taken";
            }
            return client.turn() == Turn.SEND ? "SEND " + Buffers.hex(client.send()) : "" + client.turn();
        } catch (Socks5Exception e) {
            boolean whole = in.position() == 0 || !in.hasRemaining();
            return client.turn() == Turn.FAILED && whole ? e.getClass().getSimpleName() : "goes on after " + e;
        }
    }

    /** What comes of a message: whose turn it is, a failure, and what to reply to that. All is taken or nothing. */
    static String hear(ServerHandshake server, int... message) {
        ByteBuffer in = Octets.buffer(message);
        try {
            boolean taken = server.receive(in).isPresent();
            if (taken ? in.hasRemaining() : in.position() != 0) {
                return "taken to " + in.position();
            }
            return taken ? "" + server.turn() : "waits";
        } catch (MalformedMessageException e) {
            if (in.position() != 0) {
                return "taken in spite of " + e;
            }
            String reply = server.turn() == Turn.SEND ? " " + e.replyCode().code() : "";
            return server.turn() + " MalformedMessageException" + reply;
        }
    }
}
