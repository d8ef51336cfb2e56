package dev.socks5.conformance.server.handshake;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.Greeting;
import dev.socks5.codec.Message;
import dev.socks5.codec.Request;
import dev.socks5.conformance.origin.Origin;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Hex;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Violation;
import dev.socks5.conformance.suite.Wire;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** What several groups of cases do in the same way. */
final class Steps {

    private static final int SOME = 1024;

    private Steps() {}

    /** Returns the method that the server takes: that of the login which was given, or none. */
    static AuthMethod ownMethod(ServerTrial trial) {
        return trial.server().login() == null ? AuthMethod.NO_AUTHENTICATION : AuthMethod.USERNAME_PASSWORD;
    }

    /** Returns everything that a client says up to its request: greeting and, where one was given, login. */
    static byte[] negotiation(ServerTrial trial) {
        Message login = trial.server().login();
        byte[] greeting = bytes(Greeting.of(ownMethod(trial)));
        return login == null ? greeting : together(greeting, bytes(login));
    }

    /** Returns a CONNECT to an origin, encoded. */
    static byte[] request(Origin origin) throws IOException {
        return bytes(Request.connect(origin.endpoint()));
    }

    /** Encodes a message. */
    static byte[] bytes(Message message) {
        ByteBuffer encoded = message.encode();
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        return bytes;
    }

    /** Returns the bytes of a text in ASCII. */
    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Joins pieces. */
    static byte[] together(byte[]... pieces) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] piece : pieces) {
            joined.writeBytes(piece);
        }
        return joined.toByteArray();
    }

    /** Returns {@code count} bytes, each of them {@code value}. */
    static byte[] times(int count, int value) {
        byte[] bytes = new byte[count];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    /** Returns a greeting of the bytes that say its methods. */
    static byte[] greeting(byte... methods) {
        return together(new byte[] {5, (byte) methods.length}, methods);
    }

    /**
     * Returns the method that was selected; empty if the server closed, or answered in another protocol, or has not
     * answered at all.
     */
    static Optional<AuthMethod> choice(Wire wire) throws IOException {
        byte[] came = wire.receiveRest(2).bytes();
        return came.length == 2 && came[0] == 5 ? Optional.of(AuthMethod.of(came[1] & 0xFF)) : Optional.empty();
    }

    /** Throws if a method was selected. */
    static void expectNoMethod(Wire wire, String after) throws IOException, Violation {
        Optional<AuthMethod> choice = choice(wire);
        if (choice.isPresent() && !choice.get().equals(AuthMethod.NO_ACCEPTABLE)) {
            throw new Violation("no method may be selected after " + after + ", but " + choice.get() + " was");
        }
    }

    /**
     * Waits for the end of a connection that the server has to close. By RFC 1928 section 6 it may take ten seconds for
     * that, so this waits twice as long as for an answer.
     */
    static void expectEnd(Wire wire, String after) throws IOException, Violation {
        Wire.Rest rest = wire.receiveRest(SOME);
        if (rest.end() == Wire.End.OPEN && rest.bytes().length == 0) {
            rest = wire.receiveRest(SOME);
        }
        if (rest.bytes().length > 0) {
            throw new Violation(
                    "expected the end of the connection after " + after + ", but " + Hex.shown(rest.bytes()) + " came");
        }
        if (rest.end() == Wire.End.OPEN) {
            long millis = 2 * wire.patience().answer().toMillis();
            throw new Violation("expected the end of the connection after " + after + ", but it was still open "
                    + millis + " ms later");
        }
    }

    /** Sends if it can be sent; whether the server still listens is not what the case is about. */
    static void sendAnyway(Wire wire, Label label, byte[] bytes) throws IOException, Violation {
        boolean taken = wire.trySend(label, bytes);
        if (!taken) {
            wire.receiveRest(0);
        }
    }
}
