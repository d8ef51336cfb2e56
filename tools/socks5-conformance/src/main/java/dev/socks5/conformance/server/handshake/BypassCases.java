package dev.socks5.conformance.server.handshake;

import static dev.socks5.conformance.server.handshake.Logins.enter;
import static dev.socks5.conformance.server.handshake.Logins.right;
import static dev.socks5.conformance.server.handshake.Logins.wrongPassword;
import static dev.socks5.conformance.server.handshake.Steps.greeting;
import static dev.socks5.conformance.server.handshake.Steps.request;
import static dev.socks5.conformance.server.handshake.Steps.sendAnyway;
import static dev.socks5.conformance.server.handshake.Steps.together;
import static dev.socks5.conformance.suite.Clause.cwe;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.Greeting;
import dev.socks5.codec.Request;
import dev.socks5.conformance.origin.Origin;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Clause;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.NotOffered;
import dev.socks5.conformance.suite.Violation;
import dev.socks5.conformance.suite.Wire;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The rest of the group "login": ways past the login. */
final class BypassCases {

    private static final Clause AUTHENTICATION = cwe(287, "improper authentication");
    private static final Clause MISSING = cwe(306, "missing authentication for critical function");
    private static final String NOBODY = "Anything except a connection to the origin";
    private static final String ANYBODY = "Anybody uses the proxy without a login";

    private BypassCases() {}

    static List<Case<ServerTrial>> all() {
        return List.of(
                requestAfterFailure(),
                requestBehindFailure(),
                secondTry(),
                otherVersion(),
                skipped(),
                skippedAtOnce(),
                halfALogin(),
                socks4(),
                http());
    }

    private static Case<ServerTrial> requestAfterFailure() {
        return security("login/nothing-served-after-failure", AUTHENTICATION)
                .title("After a login that failed no request is served")
                .sends("05 01 02", "01 {user} (wrong password)", "{request}")
                .accepts(NOBODY)
                .means(ANYBODY)
                .script(trial -> {
                    Origin origin = trial.origin();
                    Wire wire = enter(trial).send(Label.LOGIN, wrongPassword(trial));
                    wire.receiveRest(2);
                    sendAnyway(wire, Label.REQUEST, request(origin));
                    origin.expectNobody("after a failed login");
                });
    }

    private static Case<ServerTrial> requestBehindFailure() {
        return security("login/nothing-served-behind-failure", AUTHENTICATION)
                .title("A request that comes together with a login that fails is not served")
                .sends("05 01 02", "01 {user} (wrong password) {request}")
                .accepts(NOBODY)
                .means(ANYBODY)
                .script(trial -> {
                    Origin origin = trial.origin();
                    enter(trial).send(Label.RAW, together(wrongPassword(trial), request(origin)));
                    origin.expectNobody("after a failed login");
                });
    }

    private static Case<ServerTrial> secondTry() {
        return security("login/no-second-try", cwe(307, "improper restriction of excessive authentication attempts"))
                .title("After a login that failed, the right one does not help on the same connection")
                .sends("05 01 02", "01 {user} (wrong password)", "{login}", "{request}")
                .accepts(NOBODY + ": the server MUST close after the first (RFC 1929 section 2)")
                .means("Passwords are guessed faster, because a guess does not cost a connection")
                .script(trial -> {
                    Origin origin = trial.origin();
                    Wire wire = enter(trial).send(Label.LOGIN, wrongPassword(trial));
                    wire.receiveRest(2);
                    sendAnyway(wire, Label.LOGIN, right(trial));
                    sendAnyway(wire, Label.REQUEST, request(origin));
                    origin.expectNobody("by a second try on the same connection");
                });
    }

    private static Case<ServerTrial> otherVersion() {
        return security("login/other-version", AUTHENTICATION)
                .title("A wrong password fails in a login of another version, too")
                .sends(
                        "(4 connections, with 00, 02, 05 and FF for the version)",
                        "05 01 02",
                        "{version} {user} (wrong password)",
                        "{request}")
                .accepts(NOBODY + ". With the right password a server may serve such a client, or not")
                .means(ANYBODY)
                .script(trial -> {
                    for (int version : new int[] {0x00, 0x02, 0x05, 0xFF}) {
                        byte[] login = wrongPassword(trial);
                        login[0] = (byte) version;
                        Logins.expectNotServed(
                                trial, login, String.format("a wrong password and version %02X", version));
                    }
                });
    }

    private static Case<ServerTrial> skipped() {
        return security("login/not-skipped", MISSING)
                .title("A request in place of the login is not served")
                .sends("05 01 02", "{request}")
                .accepts(NOBODY)
                .means(ANYBODY)
                .script(trial -> {
                    Origin origin = trial.origin();
                    enter(trial).send(Label.REQUEST, request(origin));
                    origin.expectNobody("without a login");
                });
    }

    private static Case<ServerTrial> skippedAtOnce() {
        return security("login/not-skipped-at-once", MISSING)
                .title("A request that comes together with the greeting, without a login, is not served")
                .sends("05 01 02 {request}")
                .accepts(NOBODY)
                .means(ANYBODY)
                .script(trial -> {
                    Origin origin = trial.origin();
                    trial.open().send(Label.RAW, together(greeting((byte) 2), request(origin)));
                    origin.expectNobody("without a login");
                });
    }

    private static Case<ServerTrial> halfALogin() {
        return security("login/not-without-password", MISSING)
                .title("A login that ends behind the user name is no login")
                .sends("05 01 02", "01 {user}", "(the suite ends its output)")
                .accepts("Anything except STATUS 00")
                .means("Whoever knows a user's name uses the proxy")
                .script(trial -> {
                    byte[] whole = withoutPassword(trial);
                    Wire wire = enter(trial).send(Label.LOGIN, whole);
                    wire.finish();
                    byte[] answer = wire.receiveRest(2).bytes();
                    if (answer.length == 2 && answer[1] == 0) {
                        throw new Violation("a login without a password has STATUS 00");
                    }
                });
    }

    private static byte[] withoutPassword(ServerTrial trial) {
        byte[] login = Logins.withPassword(trial, "");
        return Arrays.copyOf(login, login.length - 1);
    }

    private static Case<ServerTrial> socks4() {
        return security("login/not-by-socks4", AUTHENTICATION)
                .title("Where a login is required, SOCKS4 is no way round it")
                .sends("04 01 {origin's port} {origin's address} 00")
                .accepts(NOBODY + ". Not judged where clients are served in SOCKS5 without a login as well")
                .means("Anybody uses the proxy without a login, by an older protocol that has none")
                .script(trial -> {
                    requireLogin(trial);
                    Origin origin = trial.origin();
                    sendAnyway(trial.open(), Label.RAW, OtherProtocolCases.socks4Request(origin));
                    origin.expectNobody("without a login, by SOCKS4");
                });
    }

    private static Case<ServerTrial> http() {
        return security("login/not-by-http", AUTHENTICATION)
                .title("Where a login is required, HTTP is no way round it")
                .sends("(CONNECT {origin} HTTP/1.1 with a Host line)")
                .accepts(NOBODY + ". Not judged where clients are served in SOCKS5 without a login as well")
                .means("Anybody uses the proxy without a login, by another protocol")
                .script(trial -> {
                    requireLogin(trial);
                    Origin origin = trial.origin();
                    sendAnyway(trial.open(), Label.RAW, OtherProtocolCases.httpConnect(origin));
                    origin.expectNobody("without a login, by HTTP");
                });
    }

    /** Throws if clients without a login are served: then there is nothing to be got round. */
    private static void requireLogin(ServerTrial trial) throws IOException, Violation, NotOffered {
        Origin origin = trial.origin();
        Wire wire = trial.open().send(Greeting.of(AuthMethod.NO_AUTHENTICATION));
        if (!Steps.choice(wire).equals(Optional.of(AuthMethod.NO_AUTHENTICATION))) {
            return;
        }
        if (wire.trySend(Label.REQUEST, Steps.bytes(Request.connect(origin.endpoint())))
                && wire.receiveRest(2).bytes().length == 2
                && origin.poll(trial.patience().silence()) != null) {
            throw new NotOffered("clients are served without a login as well");
        }
    }

    private static Case.Draft security(String id, Clause clause) {
        return Case.of(id, Level.SECURITY, clause).needs(Feature.LOGIN);
    }
}
