package dev.socks5.conformance.server.handshake;

import static dev.socks5.conformance.server.handshake.Logins.enter;
import static dev.socks5.conformance.server.handshake.Logins.expectFailure;
import static dev.socks5.conformance.server.handshake.Logins.status;
import static dev.socks5.conformance.suite.Clause.ROBUSTNESS;
import static dev.socks5.conformance.suite.Clause.rfc1929;
import static dev.socks5.conformance.suite.Trial.check;

import dev.socks5.codec.PasswordRequest;
import dev.socks5.codec.Request;
import dev.socks5.conformance.origin.Origin;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.NotOffered;
import dev.socks5.conformance.suite.Wire;
import java.util.List;
import java.util.stream.Stream;

/** The group "login": user name and password. {login} is the right one, as RFC 1929 has it. */
final class LoginCases {

    private static final String OPENS =
            "A client takes a wrong login for a right one. Whether it is served as well is for"
                    + " login/nothing-served-after-failure to judge; if not, its user looks for the mistake elsewhere";

    private LoginCases() {}

    static List<Case<ServerTrial>> all() {
        return Stream.of(
                        List.of(
                                right(),
                                answerIsTwoBytes(),
                                answerVersion(),
                                wrongPassword(),
                                wrongUser(),
                                closesAfterFailure(),
                                longest(),
                                everyByte()),
                        WrongLoginCases.all(),
                        BypassCases.all())
                .flatMap(List::stream)
                .toList();
    }

    private static Case<ServerTrial> right() {
        return must("login/right")
                .title("With the right login a client is served")
                .sends("05 01 02", "{login}", "05 01 00 01 {origin's address} {origin's port}")
                .accepts("05 02, then any VER with STATUS 00, then a reply that says success")
                .means("Nobody can use the proxy")
                .script(trial -> {
                    Origin origin = trial.origin();
                    Wire wire = enter(trial);
                    int status = status(wire, Logins.right(trial));
                    check(status == 0, String.format("the right login should have STATUS 00, but has %02X", status));
                    wire.send(Request.connect(origin.endpoint()));
                    trial.success(wire);
                    trial.accept(origin);
                });
    }

    private static Case<ServerTrial> answerIsTwoBytes() {
        return must("login/answer-is-two-bytes")
                .title("The answer to a login is two bytes, and nothing follows until the client goes on")
                .sends("05 01 02", "{login}")
                .accepts("Two bytes, then silence: VER and STATUS are all that the message has")
                .means("The client takes what is left over for the reply, and gives up")
                .script(trial -> {
                    Wire wire = enter(trial);
                    status(wire, Logins.right(trial));
                    wire.expectSilence("between the answer to the login and the request");
                });
    }

    private static Case<ServerTrial> answerVersion() {
        return Case.of("login/answer-version", Level.ROBUSTNESS, ROBUSTNESS)
                .title("The answer to a login has the version of the login")
                .sends("05 01 02", "{login}")
                .accepts(
                        "VER 01. The RFC says of the request's VER that it is 01, and of the answer's nothing; so this is "
                                + "no requirement, but clients compare it")
                .means("Clients that compare VER cannot log in")
                .needs(Feature.LOGIN)
                .script(trial -> {
                    Wire wire = enter(trial);
                    wire.send(Label.LOGIN, Logins.right(trial));
                    int version = wire.receive(Label.LOGIN_ANSWER, "the answer to the login", 2)[0] & 0xFF;
                    check(version == 1, String.format("VER of the answer should be 01, but is %02X", version));
                });
    }

    private static Case<ServerTrial> wrongPassword() {
        return must("login/wrong-password")
                .title("A wrong password fails")
                .sends("05 01 02", "01 {user} (and the password with its last byte changed)")
                .accepts("Any STATUS except 00, or the end of the connection")
                .means(OPENS)
                .script(trial -> expectFailure(trial, Logins.wrongPassword(trial), "a wrong password"));
    }

    private static Case<ServerTrial> wrongUser() {
        return must("login/wrong-user")
                .title("A user name that does not exist fails, with anybody's password")
                .sends("05 01 02", "01 (the user name with its last byte changed) {password}")
                .accepts("Any STATUS except 00, or the end of the connection")
                .means(OPENS)
                .script(trial -> expectFailure(trial, Logins.wrongUser(trial), "a wrong user name"));
    }

    private static Case<ServerTrial> closesAfterFailure() {
        return must("login/closes-after-failure")
                .title("After a login that failed the server closes the connection")
                .sends("05 01 02", "01 {user} (and the password with its last byte changed)")
                .accepts(
                        "A STATUS other than 00, then an end or a reset: the server MUST close. Not judged where a wrong "
                                + "password has STATUS 00")
                .means("Each failed login costs the server a connection, and guesses go on without a new one")
                .script(trial -> {
                    Wire wire = enter(trial);
                    if (status(wire, Logins.wrongPassword(trial)) == 0) {
                        throw new NotOffered("the server has not said failure: login/wrong-password");
                    }
                    Steps.expectEnd(wire, "the failed login");
                });
    }

    private static Case<ServerTrial> longest() {
        return must("login/longest")
                .title("A user name and a password of 255 bytes each are read, and refused")
                .sends("05 01 02", "01 FF (255 times 61) FF (255 times 62)", "{request}")
                .accepts("An answer of two bytes, as to any other wrong login, and no connection to the origin")
                .means("Users with long passwords cannot log in, or the server reads beyond its buffer")
                .script(trial -> {
                    PasswordRequest longest = PasswordRequest.of("a".repeat(255), "b".repeat(255));
                    Wire wire = enter(trial);
                    status(wire, Steps.bytes(longest));
                    Logins.expectNotServed(trial, wire, "a user name of 255 bytes that nobody has");
                });
    }

    private static Case<ServerTrial> everyByte() {
        return Case.of("login/every-byte", Level.ROBUSTNESS, ROBUSTNESS)
                .title("A user name and a password of every byte there is are read, and refused")
                .sends("05 01 02", "01 FF 01 02 03 ... FE FF FF FF FE FD ... 02 01", "{request}")
                .accepts(
                        "An answer of two bytes, and no connection to the origin: the RFC says nothing of a character set")
                .means("Passwords that are not in ASCII break the connection, or the server's log")
                .needs(Feature.LOGIN)
                .script(trial -> {
                    StringBuilder every = new StringBuilder();
                    for (char octet = 0x01; octet <= 0xFF; octet++) {
                        every.append(octet);
                    }
                    PasswordRequest odd = new PasswordRequest(
                            every.toString(), every.reverse().toString());
                    Wire wire = enter(trial);
                    status(wire, Steps.bytes(odd));
                    Logins.expectNotServed(trial, wire, "a user name of every byte");
                });
    }

    private static Case.Draft must(String id) {
        return Case.of(id, Level.MUST, rfc1929("2")).needs(Feature.LOGIN);
    }
}
