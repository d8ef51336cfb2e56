package dev.socks5.conformance.client;

import static dev.socks5.conformance.suite.Clause.ROBUSTNESS;
import static dev.socks5.conformance.suite.Clause.cwe;
import static dev.socks5.conformance.suite.Clause.rfc1928;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Reply;
import dev.socks5.conformance.origin.Origin;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Hex;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Wire;
import java.util.List;

/** The group "bound": the address in the reply, which says nothing to most clients. */
final class BoundCases {

    private static final String LONGEST =
            "05 00 00 03 FF" + (" 61".repeat(63) + " 2E").repeat(3) + " 61".repeat(63) + " 1F 90";

    private BoundCases() {}

    static List<Case<ClientTrial>> all() {
        return List.of(
                taken("ipv4", "an IPv4 address", "05 00 00 01 CB 00 71 05 9C 40"),
                taken("ipv6", "an IPv6 address", "05 00 00 04 20 01 0D B8 00 00 00 00 00 00 00 00 00 00 00 01 9C 40"),
                taken("name", "a name", "05 00 00 03 0B 65 78 61 6D 70 6C 65 2E 6F 72 67 9C 40"),
                taken("shortest-name", "a name of one byte", "05 00 00 03 01 61 9C 40"),
                taken("longest-name", "a name of 255 bytes", LONGEST),
                emptyName(),
                notContacted("127.0.0.1"),
                notContacted("localhost"));
    }

    private static Case<ClientTrial> taken(String name, String what, String reply) {
        return Case.of("bound/" + name, Level.MUST, rfc1928("6"))
                .title("The reply may have " + what + " in it, and the tunnel begins behind it")
                .sends("05 00", reply, "(the page)")
                .accepts(
                        "The program's own bytes, and it prints the page: each type of section 5 may stand in BND.ADDR, whatever"
                                + " the type in the request was")
                .means(
                        "The rest of the reply is taken for the first bytes from the destination, or some proxies cannot be used")
                .script(trial -> {
                    Wire wire = trial.requested();
                    Tunnels.serve(trial, wire.send(Label.REPLY, Hex.bytes(reply)));
                });
    }

    private static Case<ClientTrial> emptyName() {
        return Case.of("bound/empty-name", Level.ROBUSTNESS, ROBUSTNESS)
                .title("A reply with a name without a byte is taken or refused, but not waited behind")
                .sends("05 00", "05 00 00 03 00 00 00", "(the page, if the program goes on)")
                .accepts(
                        "The page is printed, or the connection ends: RFC 1928 does not say whether a name may be empty, and"
                                + " some proxies send it so")
                .means("The program hangs with such a proxy")
                .script(trial -> Tunnels.servedOrGivenUp(
                        trial,
                        trial.requested().send(Label.REPLY, Hex.bytes("05 00 00 03 00 00 00")),
                        "a reply with an empty name"));
    }

    private static Case<ClientTrial> notContacted(String host) {
        boolean name = host.equals("localhost");
        return Case.of(
                        "bound/" + (name ? "name" : "address") + "-not-contacted",
                        Level.SECURITY,
                        cwe(610, "externally controlled reference"))
                .title("The " + (name ? "name" : "address") + " in the reply to a CONNECT is not contacted")
                .sends("05 00", "(a reply that says success, with " + host + " and a port where the suite listens)")
                .accepts(
                        "The page is fetched through the proxy, and nobody connects to that port: it says from where the"
                                + " proxy has connected")
                .means("A proxy can make the program connect to a host of its choice, within the user's network")
                .script(trial -> {
                    Wire wire = trial.requested();
                    Origin elsewhere =
                            trial.closing(new Origin(ClientTrial.loopback(), trial.transcript(), trial.patience()));
                    wire.send(
                            Reply.success(Endpoint.of(host, elsewhere.address().getPort())));
                    Tunnels.serve(trial, wire);
                    elsewhere.expectNobody("because the reply names it");
                });
    }
}
