package dev.socks5.conformance.server.handshake;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.Greeting;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.conformance.origin.Origin;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Trial;
import dev.socks5.conformance.suite.Violation;
import dev.socks5.conformance.suite.Wire;
import java.io.IOException;
import java.util.Objects;

/** Right and wrong logins, and what they lead to. */
final class Logins {

    private Logins() {}

    static PasswordRequest given(ServerTrial trial) {
        return Objects.requireNonNull(trial.server().login());
    }

    static byte[] right(ServerTrial trial) {
        return Steps.bytes(given(trial));
    }

    /** Returns the right user with another password. */
    static byte[] withPassword(ServerTrial trial, String password) {
        return Steps.bytes(new PasswordRequest(given(trial).username(), password));
    }

    static byte[] wrongPassword(ServerTrial trial) {
        return withPassword(trial, changed(given(trial).password()));
    }

    static byte[] wrongUser(ServerTrial trial) {
        PasswordRequest login = given(trial);
        return Steps.bytes(new PasswordRequest(changed(login.username()), login.password()));
    }

    /** Returns a text whose last byte is another. */
    private static String changed(String text) {
        int last = text.length() - 1;
        return last < 0 ? "x" : text.substring(0, last) + (char) (text.charAt(last) ^ 0x01);
    }

    /** Connects, and enters the method of RFC 1929. */
    static Wire enter(ServerTrial trial) throws IOException, Violation {
        Wire wire = trial.open().send(Greeting.of(AuthMethod.USERNAME_PASSWORD));
        AuthMethod method = trial.selection(wire).method();
        Trial.check(
                method.equals(AuthMethod.USERNAME_PASSWORD),
                "expected the method of the login, which was offered alone, but " + method + " was selected");
        return wire;
    }

    /** Sends a login, and returns the STATUS of its answer. */
    static int status(Wire wire, byte[] login) throws IOException, Violation {
        wire.send(Label.LOGIN, login);
        return wire.receive(Label.LOGIN_ANSWER, "the answer to the login", 2)[1] & 0xFF;
    }

    /** Sends a login that is wrong. Throws if it has STATUS 00. */
    static void expectFailure(ServerTrial trial, byte[] login, String what) throws IOException, Violation {
        byte[] answer = enter(trial).send(Label.LOGIN, login).receiveRest(2).bytes();
        Trial.check(answer.length < 2 || answer[1] != 0, what + " has STATUS 00");
    }

    /** Sends a login that is wrong and, whatever its answer is, a request. Throws if that is served. */
    static void expectNotServed(ServerTrial trial, byte[] login, String what) throws IOException, Violation {
        Wire wire = enter(trial).send(Label.LOGIN, login);
        wire.receiveRest(2);
        expectNotServed(trial, wire, what);
    }

    /** Sends a request behind a login that is wrong. Throws if that is served. */
    static void expectNotServed(ServerTrial trial, Wire wire, String what) throws IOException, Violation {
        Origin origin = trial.origin();
        Steps.sendAnyway(wire, Label.REQUEST, Steps.request(origin));
        origin.expectNobody("after a login with " + what);
    }
}
