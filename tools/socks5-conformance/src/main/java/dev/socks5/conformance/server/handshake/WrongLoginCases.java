package dev.socks5.conformance.server.handshake;

import static dev.socks5.conformance.server.handshake.Logins.enter;
import static dev.socks5.conformance.server.handshake.Logins.expectNotServed;
import static dev.socks5.conformance.server.handshake.Logins.given;
import static dev.socks5.conformance.server.handshake.Logins.withPassword;
import static dev.socks5.conformance.suite.Clause.cwe;
import static dev.socks5.conformance.suite.Trial.check;

import dev.socks5.codec.PasswordRequest;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Clause;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Hex;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.NotOffered;
import dev.socks5.conformance.suite.Violation;
import dev.socks5.conformance.suite.Wire;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** The rest of the group "login": logins that come close to the right one. */
final class WrongLoginCases {

    private static final Clause PARTIAL = cwe(187, "partial string comparison");
    private static final Clause NULS = cwe(158, "improper neutralization of null byte");
    private static final Clause AUTHENTICATION = cwe(287, "improper authentication");
    private static final String REFUSED = "Anything except a connection to the origin. That STATUS is not 00 is for "
            + "login/wrong-password to judge";

    private WrongLoginCases() {}

    static List<Case<ServerTrial>> all() {
        return List.of(
                cut(), longer(), nulBehindPassword(), nulBehindUser(), otherCase(), empty(), emptyBoth(), sameAnswer());
    }

    private static Case<ServerTrial> cut() {
        return security("login/cut-password", PARTIAL)
                .title("The beginning of the password does not count as the password")
                .sends("05 01 02", "01 {user} (and the password without its last byte)", "{request}")
                .accepts(REFUSED)
                .means("A password is guessed byte by byte")
                .script(trial -> {
                    String password = given(trial).password();
                    if (password.length() < 2) {
                        throw new NotOffered("the password that was given is too short to be cut");
                    }
                    expectNotServed(
                            trial, withPassword(trial, password.substring(0, password.length() - 1)), "a cut password");
                });
    }

    private static Case<ServerTrial> longer() {
        return security("login/longer-password", PARTIAL)
                .title("The password with something behind it does not count as the password")
                .sends(
                        "(3 connections, with 78, 20 and 0A for the byte behind it)",
                        "05 01 02",
                        "01 {user} {password + byte}",
                        "{request}")
                .accepts(REFUSED)
                .means(
                        "Passwords are cut before they are compared, so that fewer of their bytes count than users think")
                .script(trial -> {
                    for (String more : List.of("x", " ", "\n")) {
                        expectNotServed(
                                trial,
                                withPassword(trial, given(trial).password() + more),
                                "a password that is longer");
                    }
                });
    }

    private static Case<ServerTrial> nulBehindPassword() {
        return security("login/nul-behind-password", NULS)
                .title("The password with a NUL behind it does not count as the password")
                .sends(
                        "(2 connections)",
                        "05 01 02",
                        "01 {user} {password + 00}",
                        "01 {user} {password + 00 78}",
                        "{request}")
                .accepts(REFUSED + ". PASSWD has its length before it, and a NUL is a byte as any other")
                .means("Passwords are compared up to a NUL: of one that contains a NUL, only the beginning counts")
                .script(trial -> {
                    for (String more : List.of("\0", "\0x")) {
                        expectNotServed(
                                trial,
                                withPassword(trial, given(trial).password() + more),
                                "a NUL behind the password");
                    }
                });
    }

    private static Case<ServerTrial> nulBehindUser() {
        return security("login/nul-behind-user", NULS)
                .title("The user name with a NUL and more behind it is another user")
                .sends("05 01 02", "01 {user + 00 78} {password}", "{request}")
                .accepts(REFUSED + ". UNAME has its length before it, and a NUL is a byte as any other")
                .means("Logs, limits and rules know a user by one name, and the password file by another")
                .script(trial -> {
                    PasswordRequest login = given(trial);
                    PasswordRequest other = new PasswordRequest(login.username() + "\0x", login.password());
                    expectNotServed(trial, Steps.bytes(other), "a NUL behind the user name");
                });
    }

    private static Case<ServerTrial> otherCase() {
        return security("login/password-in-other-case", cwe(178, "improper handling of case sensitivity"))
                .title("The password in the other case does not count as the password")
                .sends("05 01 02", "01 {user} (and the password with a for A, A for a)", "{request}")
                .accepts(REFUSED + ". Not tried if the password has no letters")
                .means("Passwords are easier to guess than users think")
                .script(trial -> {
                    String password = given(trial).password();
                    String other = otherCase(password);
                    if (other.equals(password)) {
                        throw new NotOffered("the password that was given has no letters");
                    }
                    expectNotServed(trial, withPassword(trial, other), "a password in the other case");
                });
    }

    private static String otherCase(String text) {
        StringBuilder other = new StringBuilder();
        text.chars().forEach(c -> {
            boolean letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
            other.append((char) (letter ? c ^ 0x20 : c));
        });
        return other.toString();
    }

    private static Case<ServerTrial> empty() {
        return security("login/empty-password", AUTHENTICATION)
                .title("No password does not count as the password")
                .sends("05 01 02", "01 {user} 00", "{request}")
                .accepts(REFUSED + ". PLEN has to be 1 at least, so the server may take it for malformed")
                .means("Whoever knows a user's name uses the proxy")
                .script(trial -> expectNotServed(trial, withPassword(trial, ""), "an empty password"));
    }

    private static Case<ServerTrial> emptyBoth() {
        return security("login/empty-user-and-password", AUTHENTICATION)
                .title("Neither a user name nor a password is no login")
                .sends("05 01 02", "01 00 00", "{request}")
                .accepts(REFUSED + ". ULEN has to be 1 at least, so the server may take it for malformed")
                .means("Whoever knows nothing uses the proxy")
                .script(trial -> expectNotServed(trial, new byte[] {1, 0, 0}, "an empty user name and password"));
    }

    private static Case<ServerTrial> sameAnswer() {
        return security("login/same-answer-for-unknown-users", cwe(204, "observable response discrepancy"))
                .title("An unknown user gets the same answer as a wrong password")
                .sends("(2 connections)", "05 01 02", "01 {user} (wrong password)", "01 (wrong user) {password}")
                .accepts("The same bytes both times, whichever they are")
                .means("The names of users can be found out by trying")
                .script(trial -> {
                    byte[] known = answer(trial, Logins.wrongPassword(trial));
                    byte[] unknown = answer(trial, Logins.wrongUser(trial));
                    check(
                            Arrays.equals(known, unknown),
                            "a wrong password is answered with " + Hex.shown(known) + ", but an unknown user with "
                                    + Hex.shown(unknown));
                });
    }

    private static byte[] answer(ServerTrial trial, byte[] login) throws IOException, Violation {
        Wire wire = enter(trial).send(Label.LOGIN, login);
        return wire.receiveRest(2).bytes();
    }

    private static Case.Draft security(String id, Clause clause) {
        return Case.of(id, Level.SECURITY, clause).needs(Feature.LOGIN);
    }
}
