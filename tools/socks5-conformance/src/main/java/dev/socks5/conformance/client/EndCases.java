package dev.socks5.conformance.client;

import static dev.socks5.conformance.suite.Clause.ROBUSTNESS;

import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Hex;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Script;
import dev.socks5.conformance.suite.Wire;
import java.util.List;

/** The group "end": a connection that ends too early, in each phase. */
final class EndCases {

    private EndCases() {}

    static List<Case<ClientTrial>> all() {
        return List.of(
                end("before-selection", "instead of the selection", List.of("(the end)"), trial -> cut(trial, "")),
                end(
                        "within-selection",
                        "after one byte of the selection",
                        List.of("05", "(the end)"),
                        trial -> cut(trial, "05")),
                end(
                        "before-reply",
                        "instead of the reply",
                        List.of("05 00", "(the end)"),
                        trial -> cutReply(trial, "")),
                end(
                        "within-reply-1",
                        "after one byte of the reply",
                        List.of("05 00", "05", "(the end)"),
                        trial -> cutReply(trial, "05")),
                end(
                        "within-reply-2",
                        "after two bytes of the reply",
                        List.of("05 00", "05 00", "(the end)"),
                        trial -> cutReply(trial, "05 00")),
                end(
                        "within-reply-4",
                        "before the address of the reply",
                        List.of("05 00", "05 00 00 01", "(the end)"),
                        trial -> cutReply(trial, "05 00 00 01")),
                end(
                        "within-reply-9",
                        "before the last byte of the reply",
                        List.of("05 00", "05 00 00 01 00 00 00 00 00", "(the end)"),
                        trial -> cutReply(trial, "05 00 00 01 00 00 00 00 00")),
                end(
                        "within-name",
                        "within a name in the reply",
                        List.of("05 00", "05 00 00 03 09 6C 6F", "(the end)"),
                        trial -> cutReply(trial, "05 00 00 03 09 6C 6F")),
                end(
                        "reset-before-selection",
                        "by a reset instead of the selection",
                        List.of("(a reset)"),
                        trial -> reset(trial, trial.greeted())),
                end(
                        "reset-before-reply",
                        "by a reset instead of the reply",
                        List.of("05 00", "(a reset)"),
                        trial -> reset(trial, trial.requested())));
    }

    private static Case<ClientTrial> end(String name, String when, List<String> sends, Script<ClientTrial> script) {
        return Case.of("end/" + name, Level.ROBUSTNESS, ROBUSTNESS)
                .title("The program fails and ends if the connection ends " + when)
                .sends(sends.toArray(String[]::new))
                .accepts(
                        "No further message and no byte of a tunnel, and the end of the program. It may try again, by another"
                                + " connection, which is refused")
                .means("The program hangs when the proxy is restarted, or uses a tunnel that is not there")
                .script(script);
    }

    private static void cut(ClientTrial trial, String bytes) throws Exception {
        end(trial, trial.greeted(), bytes);
    }

    private static void cutReply(ClientTrial trial, String bytes) throws Exception {
        end(trial, trial.requested(), bytes);
    }

    private static void end(ClientTrial trial, Wire wire, String bytes) throws Exception {
        Tunnels.takeAhead(trial, wire);
        if (!bytes.isEmpty()) {
            wire.trySend(Label.RAW, Hex.bytes(bytes));
        }
        Tunnels.finish(wire);
        Tunnels.givenUp(trial, wire, "the end of the connection");
        wire.close();
        Tunnels.ended(trial, "the end of the connection");
    }

    private static void reset(ClientTrial trial, Wire wire) throws Exception {
        trial.closeProxy();
        wire.reset();
        Tunnels.ended(trial, "the reset");
    }
}
