package dev.socks5.conformance.client;

import static dev.socks5.conformance.suite.Trial.check;

import dev.socks5.conformance.origin.Origin;
import dev.socks5.conformance.suite.Hex;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Violation;
import dev.socks5.conformance.suite.Wire;
import java.io.IOException;
import java.time.Duration;

/** How a connection goes on: as a tunnel with the page in it, or not at all. */
final class Tunnels {

    private static final int MOST = 64 * 1024;
    private static final Duration GLANCE = Duration.ofMillis(50);

    private Tunnels() {}

    /** Receives the program's request for the page, which has to be the first that comes. */
    static void asked(ClientTrial trial, Wire wire) throws IOException, Violation {
        byte[] head = wire.receive(Label.RAW, "the program's own bytes in the tunnel", Page::head);
        check(
                trial.page().isAsked(head),
                "expected the program's own bytes in the tunnel, GET "
                        + trial.page().path() + ", but " + Hex.shown(head) + " came");
    }

    /** Serves the page, which the program then has to show. */
    static void serve(ClientTrial trial, Wire wire) throws IOException, Violation, InterruptedException {
        asked(trial, wire);
        wire.send(Label.RAW, trial.page().answer());
        finish(wire);
        shown(trial, trial.page().token());
        check(
                !trial.run().output().hasBytesBefore(Page.STATUS),
                "bytes of the reply were taken for the first bytes of the tunnel, and printed before the page");
    }

    /** Sees to it that the program has printed what went through the tunnel. */
    static void shown(ClientTrial trial, String what) throws Violation, InterruptedException {
        if (trial.watched() && !trial.prints(what)) {
            throw new Violation("what was sent through the tunnel was not printed: the program " + trial.state());
        }
    }

    /**
     * Sees to it that the program takes something for a failure: it sends nothing more.
     *
     * @param after what happened before, for the message
     */
    static void givenUp(ClientTrial trial, Wire wire, String after) throws IOException, Violation {
        trial.closeProxy();
        Wire.Rest rest = wire.receiveRest(MOST, trial.patience().silence());
        nothing(rest, after);
        if (rest.end() == Wire.End.OPEN) {
            finish(wire);
            nothing(wire.receiveRest(MOST), after);
        }
    }

    private static void nothing(Wire.Rest rest, String after) throws Violation {
        check(
                rest.bytes().length == 0,
                "nothing may be sent after " + after + ", but " + Hex.shown(rest.bytes()) + " came");
    }

    /** Ends the output; if the program has gone, there is nothing to end. */
    static void finish(Wire wire) {
        try {
            wire.finish();
        } catch (IOException e) {
            // The program has reset the connection meanwhile.
        }
    }

    /** Takes what the program has sent ahead of the answer, as it may. */
    static void takeAhead(ClientTrial trial, Wire wire) throws IOException {
        wire.receiveRest(MOST, trial.patience().silence());
    }

    /**
     * Waits until the program ends, because its connection has.
     *
     * @param after what happened before, for the message
     */
    static void ended(ClientTrial trial, String after) throws IOException, Violation, InterruptedException {
        trial.closeProxy();
        check(
                !trial.watched() || trial.run().awaitEnd(trial.patience().answer()),
                "expected the program to end after " + after + ", but it still ran "
                        + trial.patience().answer().toMillis() + " ms later");
    }

    /**
     * Sees to it that the program does not connect to the destination by itself.
     *
     * @param after what happened before, for the message
     */
    static void neverDirect(ClientTrial trial, Origin destination, String after)
            throws IOException, Violation, InterruptedException {
        long deadline = System.nanoTime() + trial.patience().answer().toNanos();
        boolean ended = false;
        while (!ended && System.nanoTime() < deadline) {
            ended = trial.run().awaitEnd(Duration.ZERO);
            try (Wire wire = destination.poll(GLANCE)) {
                check(wire == null, "the program connected to the destination by itself after " + after);
            }
        }
    }

    /**
     * Lets the program go on or give up, as it likes: the page is served to one that goes on.
     *
     * @param after what happened before, for the message
     */
    static void servedOrGivenUp(ClientTrial trial, Wire wire, String after)
            throws IOException, Violation, InterruptedException {
        Wire.Rest rest = wire.receiveRest(1);
        if (rest.bytes().length == 0) {
            check(
                    rest.end() != Wire.End.OPEN,
                    "expected the program to go on or to close after " + after + ", but it did neither");
            return;
        }
        check(
                rest.bytes()[0] == 'G',
                "expected the program's own bytes in the tunnel, or nothing, after " + after + ", but "
                        + Hex.shown(rest.bytes()) + " came");
        wire.receive(Label.RAW, "the rest of the program's request", Page::rest);
        wire.send(Label.RAW, trial.page().answer());
        finish(wire);
        shown(trial, trial.page().token());
    }
}
