package dev.socks5.conformance.client;

import static dev.socks5.conformance.suite.Clause.ROBUSTNESS;

import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Wire;
import java.util.Arrays;
import java.util.List;

/** The group "tunnel": what goes through a tunnel, and how it ends. */
final class TunnelCases {

    private static final int LINES = 32 * 1024;
    private static final int PIECE = 16 * 1024;
    private static final int PART = 100;

    private TunnelCases() {}

    static List<Case<ClientTrial>> all() {
        return List.of(large(), inPieces(), endIsTheEnd(), ended(), reset());
    }

    private static Case<ClientTrial> large() {
        return Case.of("tunnel/large", Level.ROBUSTNESS, ROBUSTNESS)
                .title("A page of a megabyte comes out whole and in order")
                .sends("05 00", "05 00 00 01 00 00 00 00 00 00", "(a page of numbered lines)")
                .accepts("The program prints every line, in order")
                .means("Downloads are damaged, or stop")
                .needs(Feature.OUTPUT)
                .script(trial -> {
                    String body = body(trial);
                    Wire wire = trial.tunnelled(trial.requested());
                    Tunnels.asked(trial, wire);
                    byte[] answer = Page.answer(body, true);
                    for (int i = 0; i < answer.length; i += PIECE) {
                        wire.send(Label.RAW, Arrays.copyOfRange(answer, i, Math.min(i + PIECE, answer.length)));
                    }
                    Tunnels.finish(wire);
                    Tunnels.shown(trial, body);
                });
    }

    private static String body(ClientTrial trial) {
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < LINES; i++) {
            body.append(i == 0 ? "" : "\n").append(trial.page().token()).append(i + LINES);
        }
        return body.toString();
    }

    private static Case<ClientTrial> inPieces() {
        return Case.of("tunnel/in-pieces", Level.ROBUSTNESS, ROBUSTNESS)
                .title("A page that comes byte by byte comes out whole")
                .sends("05 00", "05 00 00 01 00 00 00 00 00 00", "(the page, each byte by itself)")
                .accepts("The program prints the page")
                .means("The program works with near hosts, and not with slow ones")
                .needs(Feature.OUTPUT)
                .script(trial -> {
                    Wire wire = trial.tunnelled(trial.requested());
                    Tunnels.asked(trial, wire);
                    trial.sendSlowly(wire, Label.RAW, trial.page().answer());
                    Tunnels.finish(wire);
                    Tunnels.shown(trial, trial.page().token());
                });
    }

    private static Case<ClientTrial> endIsTheEnd() {
        return Case.of("tunnel/end-of-page", Level.ROBUSTNESS, ROBUSTNESS)
                .title("The end of the proxy's output is the end of the page")
                .sends("05 00", "05 00 00 01 00 00 00 00 00 00", "(a page without a length, and the end of the output)")
                .accepts(
                        "The program prints the page, and ends: as the proxy passes on the end that the destination sends")
                .means("The program hangs at the end of what is sent without a length")
                .needs(Feature.OUTPUT)
                .script(trial -> {
                    Wire wire = trial.tunnelled(trial.requested());
                    Tunnels.asked(trial, wire);
                    wire.send(Label.RAW, Page.answer(trial.page().token() + "\n", false));
                    Tunnels.finish(wire);
                    Tunnels.shown(trial, trial.page().token());
                    Tunnels.ended(trial, "the end of the page");
                });
    }

    private static Case<ClientTrial> ended() {
        return Case.of("tunnel/ended", Level.ROBUSTNESS, ROBUSTNESS)
                .title("The program ends if the tunnel does so before the page has come")
                .sends("05 00", "05 00 00 01 00 00 00 00 00 00", "(the end)")
                .accepts("The end of the program")
                .means("The program hangs when the proxy is restarted")
                .needs(Feature.OUTPUT)
                .script(trial -> {
                    Wire wire = trial.tunnelled(trial.requested());
                    Tunnels.asked(trial, wire);
                    wire.close();
                    Tunnels.ended(trial, "the end of the tunnel");
                });
    }

    private static Case<ClientTrial> reset() {
        return Case.of("tunnel/reset", Level.ROBUSTNESS, ROBUSTNESS)
                .title("The program ends if the tunnel is reset in the middle of the page")
                .sends("05 00", "05 00 00 01 00 00 00 00 00 00", "(the beginning of the page, and a reset)")
                .accepts("The end of the program")
                .means("The program hangs, or takes half a page for a whole one")
                .needs(Feature.OUTPUT)
                .script(trial -> {
                    Wire wire = trial.tunnelled(trial.requested());
                    Tunnels.asked(trial, wire);
                    byte[] answer = Page.answer("x".repeat(PIECE), true);
                    wire.send(Label.RAW, Arrays.copyOf(answer, PART));
                    wire.reset();
                    Tunnels.ended(trial, "the reset");
                });
    }
}
