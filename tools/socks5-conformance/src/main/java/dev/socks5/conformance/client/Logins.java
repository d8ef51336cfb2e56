package dev.socks5.conformance.client;

import static dev.socks5.conformance.suite.Trial.check;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.Greeting;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.conformance.suite.Hex;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Violation;
import dev.socks5.conformance.suite.Wire;
import java.io.IOException;
import java.util.Objects;

/** How the program logs in. */
final class Logins {

    private Logins() {}

    /** Accepts the connection of the program that logs in. */
    static Wire connected(ClientTrial trial) throws IOException, Violation, InterruptedException {
        return connected(trial, trial.usualHost(), ClientTrial.PORT);
    }

    /** Accepts the connection of the program that logs in. */
    static Wire connected(ClientTrial trial, String host, int port)
            throws IOException, Violation, InterruptedException {
        return trial.connected(Objects.requireNonNull(trial.client().login()), host, port);
    }

    /** Receives the greeting, which has to offer the login. */
    static Greeting offered(ClientTrial trial, Wire wire) throws IOException, Violation {
        Greeting greeting = trial.greeting(wire);
        check(
                greeting.methods().contains(AuthMethod.USERNAME_PASSWORD),
                "expected method 02 among those offered, because a login was given, but " + greeting.methods()
                        + " are");
        return greeting;
    }

    /** Selects the login, and takes it. */
    static Wire sent(ClientTrial trial) throws IOException, Violation, InterruptedException {
        return sent(trial, connected(trial));
    }

    /** Selects the login, and takes it: it has to be the one that was given. */
    static Wire sent(ClientTrial trial, Wire wire) throws IOException, Violation {
        offered(trial, wire);
        wire.send(Label.SELECTION, Hex.bytes("05 02"));
        PasswordRequest login =
                wire.receive(Label.LOGIN, "user name and password by RFC 1929", PasswordRequest::decode);
        Page page = trial.page();
        check(
                login.username().equals(page.user()) && login.password().equals(page.password()),
                "expected the user name and the password that were given, but others came");
        return wire;
    }
}
