package dev.socks5.conformance.client;

import static dev.socks5.conformance.suite.Clause.ROBUSTNESS;
import static dev.socks5.conformance.suite.Trial.check;

import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Script;
import java.time.Duration;
import java.util.List;

/** The group "time": a proxy that says nothing. */
final class TimeCases {

    /** How many times as long as for silence the suite waits until the program gives up. */
    private static final int LONG = 1200;

    private TimeCases() {}

    static List<Case<ClientTrial>> all() {
        return List.of(
                silence("selection", "the selection", "(nothing)", trial -> trial.greeted()),
                silence("reply", "the reply", "05 00", trial -> trial.requested()));
    }

    private static Case<ClientTrial> silence(String name, String what, String sends, Script<ClientTrial> before) {
        return Case.of("time/no-" + name, Level.ROBUSTNESS, ROBUSTNESS)
                .title("The program does not wait for " + what + " for ever")
                .sends(sends)
                .accepts(
                        "The end of the program within six minutes, with the usual patience. Those that leave it to the user to"
                                + " set a time limit may have one in the command")
                .means("Where a proxy hangs, so does every program that uses it")
                .needs(Feature.SLOW, Feature.OUTPUT)
                .script(trial -> {
                    before.run(trial);
                    Duration time = trial.patience().silence().multipliedBy(LONG);
                    check(
                            trial.run().awaitEnd(time),
                            "expected the program to give up when " + what + " did not come, but it still ran "
                                    + time.toMillis() + " ms later");
                });
    }
}
