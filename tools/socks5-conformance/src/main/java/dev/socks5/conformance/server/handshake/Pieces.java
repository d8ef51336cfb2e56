package dev.socks5.conformance.server.handshake;

import static dev.socks5.conformance.server.handshake.Steps.bytes;
import static dev.socks5.conformance.server.handshake.Steps.together;
import static dev.socks5.conformance.suite.Trial.check;

import dev.socks5.codec.Greeting;
import dev.socks5.codec.MethodSelection;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.conformance.origin.Origin;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Hex;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Violation;
import dev.socks5.conformance.suite.Wire;
import java.io.IOException;
import java.util.Arrays;

/** Conversations whose messages are sent in other ways than one by one. */
final class Pieces {

    static final byte[] HELLO = Steps.ascii("hello");

    /** Long enough for the two sides of a cut to be two segments, in most cases. */
    private static final int PAUSE_MILLIS = 2;

    /** A way to send a message. */
    @FunctionalInterface
    interface Sender {
        void send(Wire wire, Label label, byte[] message) throws IOException, Violation, InterruptedException;
    }

    private Pieces() {}

    /** Negotiates and sends a request, each message in this way, and waits for each answer except the reply. */
    static Wire converse(ServerTrial trial, Sender sender, byte[] request)
            throws IOException, Violation, InterruptedException {
        Wire wire = trial.open();
        sender.send(wire, Label.GREETING, bytes(Greeting.of(Steps.ownMethod(trial))));
        finishNegotiation(trial, wire, sender);
        sender.send(wire, Label.REQUEST, request);
        return wire;
    }

    /** Goes on behind the greeting, up to the request. */
    static void finishNegotiation(ServerTrial trial, Wire wire, Sender sender)
            throws IOException, Violation, InterruptedException {
        expectOwnMethod(trial, trial.selection(wire));
        PasswordRequest login = trial.server().login();
        if (login != null) {
            sender.send(wire, Label.LOGIN, bytes(login));
            expectLoggedIn(trial, wire);
        }
    }

    /** Receives the answers to a negotiation that was sent at once. */
    static void receiveNegotiation(ServerTrial trial, Wire wire) throws IOException, Violation {
        expectOwnMethod(trial, trial.selection(wire));
        if (trial.server().login() != null) {
            expectLoggedIn(trial, wire);
        }
    }

    private static void expectOwnMethod(ServerTrial trial, MethodSelection selection) throws Violation {
        check(
                selection.method().equals(Steps.ownMethod(trial)),
                "expected " + Steps.ownMethod(trial) + ", but " + selection.method() + " was selected");
    }

    private static void expectLoggedIn(ServerTrial trial, Wire wire) throws IOException, Violation {
        check(trial.loginAnswer(wire).succeeded(), "the right login is refused");
    }

    static void sendByteByByte(Wire wire, Label label, byte[] message)
            throws IOException, Violation, InterruptedException {
        for (byte one : message) {
            wire.send(label, new byte[] {one});
            Thread.sleep(1);
        }
    }

    /** Sends a message in two pieces; one that is shorter than that, whole. */
    static void sendCut(Wire wire, Label label, byte[] message, int place)
            throws IOException, Violation, InterruptedException {
        int cut = Math.min(place, message.length);
        wire.send(label, Arrays.copyOf(message, cut));
        if (cut < message.length) {
            Thread.sleep(PAUSE_MILLIS);
            wire.send(label, Arrays.copyOfRange(message, cut, message.length));
        }
    }

    /** Returns everything that a client says, up to its first data. */
    static byte[] everything(ServerTrial trial, Origin origin) throws IOException {
        return together(Steps.negotiation(trial), Steps.request(origin), HELLO);
    }

    /** Takes the reply, and sends "hello" one way and back. */
    static void expectEcho(ServerTrial trial, Wire wire, Origin origin, Sender sender)
            throws IOException, Violation, InterruptedException {
        trial.success(wire);
        Wire far = trial.accept(origin);
        sender.send(wire, Label.RAW, HELLO);
        expectHello(far);
        sender.send(far, Label.RAW, HELLO);
        expectHello(wire);
    }

    static void expectHello(Wire wire) throws IOException, Violation {
        byte[] came = wire.receive(Label.RAW, "hello", HELLO.length);
        check(Arrays.equals(came, HELLO), "expected hello, " + Hex.shown(HELLO) + ", but " + Hex.shown(came) + " came");
    }
}
