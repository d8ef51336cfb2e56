package dev.socks5.conformance.client;

import static dev.socks5.conformance.suite.Clause.ROBUSTNESS;
import static dev.socks5.conformance.suite.Clause.rfc1928;
import static dev.socks5.conformance.suite.Trial.check;

import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Hex;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Wire;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The group "code": every value of REP except one is a failure. */
final class ReplyCodeCases {

    private ReplyCodeCases() {}

    static List<Case<ClientTrial>> all() {
        return Stream.of(
                        Stream.of(
                                failure("01", "general SOCKS server failure"),
                                failure("02", "connection not allowed by ruleset"),
                                failure("03", "network unreachable"),
                                failure("04", "host unreachable"),
                                failure("05", "connection refused"),
                                failure("06", "TTL expired"),
                                failure("07", "command not supported"),
                                failure("08", "address type not supported")),
                        Stream.of("09", "5A", "80", "F0", "FF").map(code -> failure(code, "unassigned")),
                        Stream.of(pageBehind(), withName(), twoBytes()))
                .flatMap(cases -> cases)
                .toList();
    }

    private static Case<ClientTrial> failure(String code, String meaning) {
        String reply = "05 " + code + " 00 01 00 00 00 00 00 00";
        return Case.of("code/" + code.toLowerCase(Locale.ROOT), Level.MUST, rfc1928("6"))
                .title("REP " + code + " (" + meaning + ") is a failure")
                .sends("05 00", reply)
                .accepts(
                        "Nothing more is sent, whether the program closes or waits for the proxy to close, which has to: \"a"
                                + " reply (REP value other than X'00') indicates a failure\". What was sent ahead of the reply"
                                + " does not count")
                .means(
                        "The program believes that it is connected, and its user waits, or gets an error that says nothing")
                .script(trial -> failed(trial, Hex.bytes(reply), "a reply with REP " + code));
    }

    private static Case<ClientTrial> withName() {
        String reply = "05 05 00 03 09 6C 6F 63 61 6C 68 6F 73 74 00 00";
        return Case.of("code/with-a-name", Level.MUST, rfc1928("6"))
                .title("A failure is a failure also if it has a name in it")
                .sends("05 00", reply)
                .accepts("Nothing more is sent, whether the program closes or waits")
                .means("The program believes that it is connected")
                .script(trial -> failed(trial, Hex.bytes(reply), "a failure with a name in it"));
    }

    private static Case<ClientTrial> pageBehind() {
        String reply = "05 02 00 01 00 00 00 00 00 00";
        return Case.of("code/page-behind", Level.MUST, rfc1928("6"))
                .title("What comes behind a failure is not taken for an answer of the destination")
                .sends("05 00", "(" + reply + " and a page, in one write)")
                .accepts("Nothing more is sent, and the page is not printed")
                .means("A proxy that refuses can pretend to be the destination")
                .script(trial -> {
                    byte[] failure = Hex.bytes(reply);
                    byte[] page = trial.page().answer();
                    byte[] both = Arrays.copyOf(failure, failure.length + page.length);
                    System.arraycopy(page, 0, both, failure.length, page.length);
                    failed(trial, both, "a failure with a page behind it");
                    // What is printed may come later than the end of the connection.
                    trial.run().awaitEnd(trial.patience().answer());
                    check(
                            !trial.run().output().contains(trial.page().token()),
                            "the page was printed after a failure with a page behind it");
                });
    }

    private static Case<ClientTrial> twoBytes() {
        return Case.of("code/two-bytes", Level.ROBUSTNESS, ROBUSTNESS)
                .title("A failure of two bytes, and then the end, is a failure, and the program ends")
                .sends("05 00", "05 05")
                .accepts("No further byte, and the end of the program. Some proxies send no more than this")
                .means("The program hangs, or believes that it is connected")
                .script(trial -> {
                    Wire wire = trial.requested();
                    Tunnels.takeAhead(trial, wire);
                    wire.trySend(Label.REPLY, Hex.bytes("05 05"));
                    Tunnels.finish(wire);
                    Tunnels.givenUp(trial, wire, "a failure of two bytes");
                    wire.close();
                    Tunnels.ended(trial, "the end of the connection");
                });
    }

    private static void failed(ClientTrial trial, byte[] reply, String what) throws Exception {
        Wire wire = trial.requested();
        Tunnels.takeAhead(trial, wire);
        wire.trySend(Label.REPLY, reply);
        Tunnels.givenUp(trial, wire, what);
    }
}
