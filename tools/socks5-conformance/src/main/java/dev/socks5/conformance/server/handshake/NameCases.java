package dev.socks5.conformance.server.handshake;

import static dev.socks5.conformance.suite.Clause.ROBUSTNESS;
import static dev.socks5.conformance.suite.Clause.cwe;

import dev.socks5.codec.Endpoint;
import dev.socks5.conformance.origin.Origin;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Clause;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Level;
import java.util.List;

/** The group "names": names, and the spellings of addresses. Every machine knows localhost, where the origin is. */
final class NameCases {

    private static final String ANSWERED = "Success, with a connection to the origin; any failure; the end of the "
            + "connection. Nothing at all within the time as well, because a look-up may take its time";
    private static final String ANOTHER_NAME =
            "A rule or a log that knows the whole name, and a look-up that knows a part "
                    + "of it, speak of two hosts: whoever may reach one reaches the other";

    private NameCases() {}

    static List<Case<ServerTrial>> all() {
        return List.of(
                upperCase(),
                trailingDot(),
                ipv4(),
                ipv6(),
                inBrackets(),
                numbers(),
                notAscii(),
                longLabel(),
                nulInside(),
                nulBehindAddress(),
                whiteSpace(),
                lineBreaks(),
                dots(),
                otherSyntax());
    }

    private static Case<ServerTrial> upperCase() {
        return robust("names/upper-case")
                .title("Names are the same in upper case and in lower case")
                .sends("{negotiation}", "05 01 00 03 09 (LocalHOST) {origin's port}")
                .accepts("Success: DNS makes no difference, and localhost is known")
                .means("Names that users have typed in capitals are not found")
                .script(trial -> {
                    Origin origin = trial.origin();
                    trial.tunnel(Endpoint.of("LocalHOST", origin.address().getPort()));
                });
    }

    private static Case<ServerTrial> trailingDot() {
        return answered("trailing-dot", "A name with a dot at its end", "localhost.");
    }

    private static Case<ServerTrial> ipv4() {
        return answered("ipv4-as-name", "An IPv4 address as a name", "127.0.0.1");
    }

    private static Case<ServerTrial> ipv6() {
        return answeredIpv6("ipv6-as-name", "An IPv6 address as a name", "::1");
    }

    private static Case<ServerTrial> inBrackets() {
        return answeredIpv6("ipv6-in-brackets", "An IPv6 address in brackets as a name", "[::1]");
    }

    private static Case<ServerTrial> numbers() {
        return answered(
                "other-spellings",
                "An address in a form that old resolvers know",
                "127.1",
                "2130706433",
                "0x7f.1",
                "0x7f000001",
                "017700000001");
    }

    private static Case<ServerTrial> notAscii() {
        return answered(
                "not-ascii", "A name with bytes beyond ASCII", "l\u00C3\u00B6calhost", "l\u00F6calhost", "\u00FF");
    }

    private static Case<ServerTrial> longLabel() {
        return answered("long-label", "A name with a label of 64 bytes", "a".repeat(64) + ".invalid");
    }

    /** A case of names that a server may take or not; it has to say which. */
    private static Case<ServerTrial> answered(String name, String what, String... names) {
        return texts(name, what, names).script(trial -> {
            Origin origin = trial.origin();
            for (String one : names) {
                if (!Names.expectOrigin(trial, one, origin)) {
                    return;
                }
            }
        });
    }

    private static Case<ServerTrial> answeredIpv6(String name, String what, String address) {
        return texts(name, what, address).needs(Feature.IPV6).script(trial -> {
            Names.expectOrigin(trial, address, trial.ipv6Origin());
        });
    }

    private static Case.Draft texts(String name, String what, String... names) {
        return robust("names/" + name)
                .title(what + " leads to that host, or to none")
                .sends("{negotiation}", "05 01 00 03 (a name with its length: " + shown(names) + ") {origin's port}")
                .accepts(ANSWERED)
                .means("Clients reach another host than they asked for");
    }

    private static Case<ServerTrial> nulInside() {
        return noHost(
                "nul-inside",
                cwe(158, "improper neutralization of null byte"),
                "with a NUL inside is not the part " + "before the NUL",
                "localhost\0.example.com");
    }

    private static Case<ServerTrial> nulBehindAddress() {
        return noHost(
                "nul-behind-address",
                cwe(158, "improper neutralization of null byte"),
                "that begins with an address " + "and a NUL is not that address",
                "127.0.0.1\0.example.com");
    }

    private static Case<ServerTrial> whiteSpace() {
        return noHost(
                "white-space",
                cwe(20, "improper input validation"),
                "with white space is no host's",
                "localhost ",
                " localhost",
                "localhost\t",
                "127.0.0.1 example.com");
    }

    private static Case<ServerTrial> lineBreaks() {
        return noHost(
                "line-breaks",
                cwe(93, "improper neutralization of CRLF sequences"),
                "with a line break is no host's",
                "localhost\r\n",
                "localhost\nexample.com",
                "\r\nlocalhost");
    }

    private static Case<ServerTrial> dots() {
        return noHost(
                "empty-labels",
                cwe(20, "improper input validation"),
                "with an empty label is no host's",
                ".",
                "..",
                "localhost..",
                ".localhost");
    }

    private static Case<ServerTrial> otherSyntax() {
        return noHost(
                "other-syntax",
                cwe(20, "improper input validation"),
                "is a name, and no URL or part of one",
                "user@localhost",
                "localhost/",
                "localhost#",
                "localhost?",
                "localhost:80",
                "http://localhost");
    }

    /** A case of names that no host has: whoever connects has connected to another one. */
    private static Case<ServerTrial> noHost(String name, Clause clause, String what, String... names) {
        return Case.of("names/" + name, Level.SECURITY, clause)
                .title("A name " + what)
                .sends("{negotiation}", "05 01 00 03 (a name with its length: " + shown(names) + ") {origin's port}")
                .accepts("Any failure, or the end of the connection. Nothing at all within the time as well, because a "
                        + "look-up may take its time. A name has its length before it (RFC 1928 section 5), so all of its bytes "
                        + "are the name")
                .means(ANOTHER_NAME)
                .needs(Feature.NAMES)
                .script(trial -> {
                    int port = trial.origin().address().getPort();
                    for (String one : names) {
                        if (!Names.expectFailure(trial, one, port)) {
                            return;
                        }
                    }
                });
    }

    private static String shown(String... names) {
        return String.join(", ", List.of(names).stream().map(Names::shown).toList());
    }

    private static Case.Draft robust(String id) {
        return Case.of(id, Level.ROBUSTNESS, ROBUSTNESS).needs(Feature.NAMES);
    }
}
