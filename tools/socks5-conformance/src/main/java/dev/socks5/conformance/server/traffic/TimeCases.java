package dev.socks5.conformance.server.traffic;

import static dev.socks5.conformance.suite.Clause.ROBUSTNESS;
import static dev.socks5.conformance.suite.Clause.cwe;
import static dev.socks5.conformance.suite.Clause.rfc1928;
import static dev.socks5.conformance.suite.Trial.check;

import dev.socks5.codec.Request;
import dev.socks5.conformance.origin.Origin;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Clause;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Hex;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Patience;
import dev.socks5.conformance.suite.Violation;
import dev.socks5.conformance.suite.Wire;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** The group "time": time limits, and the time that has to be given. */
final class TimeCases {

    private static final Clause EXHAUSTION = cwe(400, "uncontrolled resource consumption");
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(10);
    private static final Duration DRIP = Duration.ofSeconds(1);

    private static final String ENDED_SOME_DAY =
            "The connection is ended, in whichever way, within three minutes. No RFC names a limit; this is generous";
    private static final String MEANS = "A few hundred clients that do nothing keep everybody out, for ever";

    private TimeCases() {}

    static List<Case<ServerTrial>> all() {
        return List.of(
                afterRefusedConnect(),
                afterUnknownCommand(),
                afterUnknownAddressType(),
                unhurried(),
                restsForAMinute(),
                given("time/silent", "A connection over which nothing comes is ended some day", "(nothing)", ""),
                given(
                        "time/half-a-greeting",
                        "A connection with half a greeting is ended some day",
                        "05 02 00",
                        "05 02 00"),
                afterSelection(),
                halfARequest(),
                drip(),
                bindGivenUp());
    }

    private static Case<ServerTrial> afterRefusedConnect() {
        return Case.of("time/closed-after-refused-connect", Level.MUST, rfc1928("6"))
                .title("After the reply to a CONNECT that failed, the server closes within ten seconds")
                .sends(
                        "05 01 00 01 {address} {port on which nobody listens}",
                        "(nothing more, and the client does not close)")
                .accepts(
                        "An end or a reset within ten seconds: \"this must be no more than 10 seconds after detecting the"
                                + " condition that caused a failure\". Without a reply as well; that is another case")
                .means("Clients that wait for the end of the connection hang, and connections pile up")
                .script(trial -> closed(trial.requested(Request.connect(trial.refusing()))));
    }

    private static Case<ServerTrial> afterUnknownCommand() {
        return Case.of("time/closed-after-unknown-command", Level.MUST, rfc1928("6"))
                .title("After the reply to a command that nobody has, the server closes within ten seconds")
                .sends("05 7F 00 01 {address} {port}", "(nothing more, and the client does not close)")
                .accepts("An end or a reset within ten seconds, with or without a reply before")
                .means("Clients that wait for the end of the connection hang, and connections pile up")
                .script(trial -> {
                    byte[] address = trial.server().origin().getAddress();
                    Wire wire = trial.negotiated().send(Label.REQUEST, request(0x7F, 1, address));
                    closed(wire);
                });
    }

    private static Case<ServerTrial> afterUnknownAddressType() {
        return Case.of("time/closed-after-unknown-address-type", Level.MUST, rfc1928("6"))
                .title("After a request with an unknown type of address, the server closes within ten seconds")
                .sends("05 01 00 7F {four bytes} {port}", "(nothing more, and the client does not close)")
                .accepts("An end or a reset within ten seconds, with or without a reply before")
                .means("Clients that wait for the end of the connection hang, and connections pile up")
                .script(trial -> {
                    byte[] address = trial.server().origin().getAddress();
                    Wire wire = trial.negotiated().send(Label.REQUEST, request(1, 0x7F, address));
                    closed(wire);
                });
    }

    private static Case<ServerTrial> unhurried() {
        return Case.of("time/unhurried", Level.ROBUSTNESS, ROBUSTNESS)
                .title("A client that thinks for two seconds before each message is served")
                .sends("(two seconds pass before the greeting and before the request)", Tunnel.CONNECT)
                .accepts("A tunnel. Slow lines and people take seconds")
                .means("Clients on slow lines are thrown out")
                .script(trial -> {
                    Wire wire = trial.open();
                    quiet(wire, "before the greeting");
                    trial.negotiated(wire);
                    quiet(wire, "before the request");
                    Origin origin = trial.origin();
                    wire.send(Request.connect(origin.endpoint()));
                    trial.success(wire);
                    new Tunnel(wire, trial.accept(origin)).toOrigin(Tunnel.everyByte());
                });
    }

    private static Case<ServerTrial> restsForAMinute() {
        return Case.of("time/resting-tunnel", Level.ROBUSTNESS, ROBUSTNESS)
                .title("A tunnel in which nothing moves for a minute is kept")
                .sends(Tunnel.CONNECT, "(one byte each way, then nothing for a minute, then one byte each way)")
                .accepts("Every byte. The RFC names no limit; terminals rest for longer than a minute")
                .means("Terminals are cut off while their users read")
                .needs(Feature.SLOW)
                .script(trial -> RelayCases.rest(
                        Tunnel.open(trial), trial.patience().limit().dividedBy(3)));
    }

    private static Case<ServerTrial> given(String id, String title, String line, String sent) {
        return Case.of(id, Level.SECURITY, EXHAUSTION)
                .title(title)
                .sends(line)
                .accepts(ENDED_SOME_DAY)
                .means(MEANS)
                .needs(Feature.SLOW)
                .script(trial -> {
                    Wire wire = trial.open();
                    if (!sent.isEmpty()) {
                        wire.send(sent);
                    }
                    endedSomeDay(wire);
                });
    }

    private static Case<ServerTrial> afterSelection() {
        return Case.of("time/no-request", Level.SECURITY, EXHAUSTION)
                .title("A connection over which no request comes is ended some day")
                .sends("(the greeting, and the login if one was given)", "(nothing more)")
                .accepts(ENDED_SOME_DAY)
                .means(MEANS)
                .needs(Feature.SLOW)
                .script(trial -> endedSomeDay(trial.negotiated()));
    }

    private static Case<ServerTrial> halfARequest() {
        return Case.of("time/half-a-request", Level.SECURITY, EXHAUSTION)
                .title("A connection with half a request is ended some day")
                .sends("05 01 00 01 7F")
                .accepts(ENDED_SOME_DAY)
                .means(MEANS)
                .needs(Feature.SLOW)
                .script(trial -> endedSomeDay(trial.negotiated().send("05 01 00 01 7F")));
    }

    private static Case<ServerTrial> drip() {
        return Case.of("time/drip", Level.SECURITY, EXHAUSTION)
                .title("A client that sends its greeting at a byte a second is ended some day")
                .sends("05 FF", "(then 00 every second, for three minutes)")
                .accepts(ENDED_SOME_DAY
                        + ". A limit for each read is none for the whole, and this greeting takes longer")
                .means(MEANS)
                .needs(Feature.SLOW)
                .script(trial -> {
                    Wire wire = trial.open().send("05 FF");
                    Patience patience = trial.patience();
                    long deadline = System.nanoTime() + patience.limit().toNanos();
                    // A short patience, of tests, drips faster.
                    Duration pause = min(DRIP, patience.limit().dividedBy(180));
                    while (System.nanoTime() < deadline) {
                        Wire.Rest rest = wire.receiveRest(1024, pause);
                        if (rest.end() != Wire.End.OPEN || !wire.trySend(Label.RAW, new byte[1])) {
                            return;
                        }
                    }
                    throw new Violation("the greeting was not complete after " + text(patience.limit())
                            + ", and the connection was still open");
                });
    }

    private static Case<ServerTrial> bindGivenUp() {
        return Case.of("time/bind-given-up", Level.SECURITY, EXHAUSTION)
                .title("A BIND to which nobody connects is given up some day")
                .sends(Binding.BIND, "(nobody connects)")
                .accepts(ENDED_SOME_DAY
                        + ". A second reply that says failure may come before the end. Some servers wait for as long as the"
                        + " client does, as in an idle tunnel; but here each client takes a port as well")
                .means("Ports stay open that nobody needs, until there are none left")
                .needs(Feature.SLOW, Feature.BIND)
                .script(trial -> {
                    Wire control = Binding.open(trial, Binding.peer(trial)).control();
                    Wire.Rest rest = control.receiveRest(1024, trial.patience().limit());
                    check(
                            rest.end() != Wire.End.OPEN,
                            "nobody had connected for " + text(trial.patience().limit())
                                    + ", and the BIND was still open");
                });
    }

    private static byte[] request(int command, int type, byte[] address) {
        byte[] bytes = {5, (byte) command, 0, (byte) type, 0, 0, 0, 0, 0, 9};
        System.arraycopy(address, 0, bytes, 4, 4);
        return bytes;
    }

    private static void closed(Wire wire) throws IOException, Violation {
        Duration time =
                min(AFTER_FAILURE, wire.patience().limit()).plus(wire.patience().answer());
        Wire.Rest rest = wire.receiveRest(1024, time);
        check(
                rest.end() != Wire.End.OPEN,
                "expected the end of the connection after "
                        + (rest.bytes().length == 0 ? "the request" : "the reply " + Hex.shown(rest.bytes()))
                        + ", but it was still open " + text(time) + " after the request");
    }

    private static void endedSomeDay(Wire wire) throws IOException, Violation {
        Duration limit = wire.patience().limit();
        Wire.Rest rest = wire.receiveRest(1024, limit);
        check(rest.end() != Wire.End.OPEN, "the connection was still open after " + text(limit) + " without a byte");
    }

    private static void quiet(Wire wire, String when) throws IOException, Violation {
        Wire.Rest rest = wire.receiveRest(1, Duration.ofSeconds(2));
        check(
                rest.end() == Wire.End.OPEN && rest.bytes().length == 0,
                "the connection was ended, or a byte came, within two seconds " + when);
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static String text(Duration time) {
        return time.toSeconds() + " s";
    }
}
