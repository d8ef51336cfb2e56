package dev.socks5.conformance.client;

import static dev.socks5.conformance.suite.Clause.ROBUSTNESS;
import static dev.socks5.conformance.suite.Clause.cwe;
import static dev.socks5.conformance.suite.Clause.rfc1928;
import static dev.socks5.conformance.suite.Trial.check;

import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Request;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Hex;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Violation;
import dev.socks5.conformance.suite.Wire;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** The group "request": what the program asks for. */
final class RequestCases {

    private static final int HIGH_PORT = 0xFEDC;
    private static final int CONNECT = 1;
    private static final String LONG_NAME = ("l".repeat(63) + ".").repeat(3) + "l".repeat(53) + ".invalid";

    private RequestCases() {}

    static List<Case<ClientTrial>> all() {
        return List.of(
                layout(),
                port(),
                name(),
                noNul(),
                longName(),
                address("ipv4", ClientTrial.IPV4),
                address("ipv6", ClientTrial.IPV6),
                addressAsSuch("ipv4", ClientTrial.IPV4, "01 and 4 bytes"),
                addressAsSuch("ipv6", ClientTrial.IPV6, "04 and 16 bytes"),
                notLookedUp());
    }

    private static Case<ClientTrial> layout() {
        return Case.of("request/layout", Level.MUST, rfc1928("4"))
                .title("A request begins with version 5, the command CONNECT and a zero")
                .sends("05 00")
                .accepts(
                        "05 01 00, and an address type of 01, 03 or 04. The third byte is reserved, and such fields must be"
                                + " set to X'00' (section 6)")
                .means("Proxies refuse the request, or carry out another one")
                .script(trial -> {
                    byte[] bytes = trial.negotiated().receive(Label.REQUEST, "VER, CMD, RSV and ATYP of a request", 4);
                    check(
                            bytes[0] == 5 && bytes[1] == CONNECT && bytes[2] == 0,
                            "expected a request that begins with 05 01 00, but " + Hex.shown(bytes) + " came");
                    check(
                            bytes[3] == 1 || bytes[3] == 3 || bytes[3] == 4,
                            "expected an address type of 01, 03 or 04, but " + Hex.shown(bytes) + " came");
                });
    }

    private static Case<ClientTrial> port() {
        return Case.of("request/port", Level.MUST, rfc1928("4"))
                .title("The port has its high byte first, and may be above 32,767")
                .sends("05 00")
                .accepts("FE DC for port " + HIGH_PORT + ": \"in network octet order\"")
                .means("The program reaches another service than the user asked for")
                .script(trial -> {
                    Request request = request(trial, trial.usualHost(), HIGH_PORT);
                    check(
                            request.destination().port() == HIGH_PORT,
                            "expected port " + HIGH_PORT + ", but "
                                    + request.destination().port() + " came");
                });
    }

    private static Case<ClientTrial> name() {
        return Case.of("request/name", Level.MUST, rfc1928("5"))
                .title("A name is sent with its length, as it was given")
                .sends("05 00")
                .accepts(
                        "03, the number of bytes, and the name. Capital letters and a dot at the end are of no account")
                .means("The proxy looks up another name, or takes part of it for the port")
                .needs(Feature.NAMES)
                .script(trial -> {
                    Endpoint destination =
                            request(trial, ClientTrial.NAME, ClientTrial.PORT).destination();
                    check(
                            isName(destination, ClientTrial.NAME),
                            "expected the name " + ClientTrial.NAME + ", but " + destination + " came");
                });
    }

    private static Case<ClientTrial> noNul() {
        return Case.of("request/name-without-nul", Level.MUST, rfc1928("5"))
                .title("A name has no NUL at its end")
                .sends("05 00")
                .accepts("A name whose last byte is not 00: \"there is no terminating NUL octet\"")
                .means("Strict proxies refuse the name, and others may judge it by their rules and look up another")
                .needs(Feature.NAMES)
                .script(trial -> {
                    byte[] bytes = requestBytes(trial, ClientTrial.NAME);
                    check(bytes[bytes.length - 3] != 0, "expected a name without a NUL, but it ends with one");
                });
    }

    private static Case<ClientTrial> longName() {
        return Case.of("request/name-of-253-bytes", Level.ROBUSTNESS, ROBUSTNESS)
                .title("The longest name that DNS allows is sent in full, or not at all")
                .sends("05 00")
                .accepts("The name of 253 bytes, or an error before a request is sent")
                .means("The proxy looks up a name that was cut: another host, perhaps somebody else's")
                .needs(Feature.NAMES)
                .script(trial -> {
                    Wire wire;
                    try {
                        wire = trial.connected(trial.client().fetch(), LONG_NAME, ClientTrial.PORT);
                    } catch (Violation e) {
                        trial.transcript().note("suite", "the program refuses the name: " + e.getMessage());
                        return;
                    }
                    Wire.Rest rest = wire.receiveRest(1);
                    if (rest.bytes().length == 0 && rest.end() != Wire.End.OPEN) {
                        return;
                    }
                    byte[] count = wire.receive(Label.GREETING, "NMETHODS of a greeting", 1);
                    wire.receive(Label.GREETING, "as many methods as NMETHODS says", Byte.toUnsignedInt(count[0]));
                    Endpoint destination = trial.request(wire.send(Label.SELECTION, Hex.bytes("05 00")))
                            .destination();
                    check(
                            isName(destination, LONG_NAME),
                            "expected the whole name of 253 bytes, but another one came: " + destination);
                });
    }

    private static Case<ClientTrial> address(String type, String host) {
        return Case.of("request/" + type, Level.MUST, rfc1928("5"))
                .title("The bytes of an " + family(type) + " address are sent in their order")
                .sends("05 00")
                .accepts("The address that was given, as such or as text in the place of a name")
                .means("The program reaches another host than the user asked for, or none")
                .needs(needs(type))
                .script(trial -> {
                    Endpoint destination =
                            request(trial, host, ClientTrial.PORT).destination();
                    check(
                            destination.equals(Endpoint.of(host, ClientTrial.PORT)) || isName(destination, host),
                            "expected " + host + " and port " + ClientTrial.PORT + ", but " + destination + " came");
                });
    }

    private static Case<ClientTrial> addressAsSuch(String type, String host, String layout) {
        return Case.of("request/" + type + "-as-such", Level.ROBUSTNESS, ROBUSTNESS)
                .title("An " + family(type) + " address is not sent as a name")
                .sends("05 00")
                .accepts(layout
                        + ". RFC 1928 section 5 has a fully-qualified domain name in the other type, but does not"
                        + " forbid in so many words that it spells an address")
                .means("A proxy that does not look for addresses in names answers that there is no such host")
                .needs(needs(type))
                .script(trial -> check(
                        !request(trial, host, ClientTrial.PORT).destination().isName(),
                        "expected an address, but a name came that spells it"));
    }

    private static Case<ClientTrial> notLookedUp() {
        return Case.of("request/name-not-looked-up", Level.SECURITY, cwe(200, "exposure of sensitive information"))
                .title("The proxy is asked for the name, and nobody else is")
                .sends("05 00")
                .accepts(
                        "A request with the name, which does not exist, so that a program that looks it up first has nothing"
                                + " to ask for. Many programs do either, as they are told: this judges what the command tells"
                                + " them. That the program does not look it up besides cannot be seen here")
                .means(
                        "Everybody on the way to the name server sees which hosts are visited, and names that only the proxy"
                                + " knows cannot be reached")
                .script(trial -> {
                    Endpoint destination =
                            request(trial, ClientTrial.NAME, ClientTrial.PORT).destination();
                    check(destination.isName(), "expected a name in the request, but " + destination + " came");
                });
    }

    private static Feature[] needs(String type) {
        return type.equals("ipv6") ? new Feature[] {Feature.IPV6} : new Feature[0];
    }

    private static String family(String type) {
        return type.equals("ipv6") ? "IPv6" : "IPv4";
    }

    private static boolean isName(Endpoint destination, String expected) {
        if (!(destination.address() instanceof DomainName)) {
            return false;
        }
        String name = ((DomainName) destination.address()).octets().toLowerCase(Locale.ROOT);
        return name.equals(expected) || name.equals(expected + ".");
    }

    private static Request request(ClientTrial trial, String host, int port)
            throws IOException, Violation, InterruptedException {
        return trial.request(negotiated(trial, host, port));
    }

    private static byte[] requestBytes(ClientTrial trial, String host)
            throws IOException, Violation, InterruptedException {
        return trial.requestBytes(negotiated(trial, host, ClientTrial.PORT));
    }

    private static Wire negotiated(ClientTrial trial, String host, int port)
            throws IOException, Violation, InterruptedException {
        return trial.withoutLogin(trial.connected(trial.client().fetch(), host, port));
    }
}
