package dev.socks5.conformance.server.traffic;

import static dev.socks5.conformance.suite.Clause.ROBUSTNESS;

import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Hex;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Violation;
import dev.socks5.conformance.suite.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;

/** The group "garbage": what is no SOCKS5 at all. Whatever the server does with it, it has to serve the next client. */
final class GarbageCases {

    private static final String ACCEPTS =
            "Whatever the server does with this connection: an answer, silence, an end. Another client is served after it";
    private static final String MEANS =
            "One stray connection, of a scanner or a misconfigured program, ends the service";

    private static final String CLIENT_HELLO = """
            16 03 01 00 5C 01 00 00 58 03 03
            00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F 10 11 12 13 14 15 16 17 18 19 1A 1B 1C 1D 1E 1F
            00 00 04 13 01 13 02 01 00 00 2B
            00 2B 00 03 02 03 04 00 0A 00 04 00 02 00 17 00 0D 00 04 00 02 04 03 00 33 00 14 00 12
            00 17 00 0E 04 00 01 02 03 04 05 06 07 08 09 0A 0B 0C""".replace('\n', ' ');

    private static final String PROXY_2 =
            "0D 0A 0D 0A 00 0D 0A 51 55 49 54 0A 21 11 00 0C C0 00 02 01 C0 00 02 02 04 D2 04 38";

    private GarbageCases() {}

    static List<Case<ServerTrial>> all() {
        return List.of(
                text("garbage/http-get", "a request of HTTP", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                text(
                        "garbage/http-connect",
                        "a CONNECT of HTTP",
                        "CONNECT localhost:9 HTTP/1.1\r\nHost: localhost:9\r\n\r\n"),
                hex("garbage/tls", "the beginning of TLS", CLIENT_HELLO),
                text("garbage/ssh", "the banner of SSH", "SSH-2.0-OpenSSH_9.9\r\n"),
                hex("garbage/socks4", "a CONNECT of SOCKS4", "04 01 00 09 7F 00 00 01 00"),
                hex(
                        "garbage/socks4a",
                        "a CONNECT of SOCKS4a",
                        "04 01 00 09 00 00 00 01 00 6C 6F 63 61 6C 68 6F 73 74 00"),
                text(
                        "garbage/proxy-1",
                        "the header of the PROXY protocol",
                        "PROXY TCP4 192.0.2.1 192.0.2.2 1234 1080\r\n"),
                hex("garbage/proxy-2", "the header of the PROXY protocol, version 2,", PROXY_2),
                bytes("garbage/ones", "a stream of FF", "(64 KiB of FF)", filled(64 * 1024, 0xFF)),
                bytes("garbage/zeros", "a stream of zeros", "(64 KiB of 00)", filled(64 * 1024, 0)),
                bytes("garbage/mebibyte", "a mebibyte of random bytes", "(1 MiB of random bytes)", random(1 << 20, 1)),
                randomConnections(),
                randomGreetings(),
                randomRequests());
    }

    private static Case<ServerTrial> text(String id, String what, String text) {
        String shown = "(" + text.strip().replace("\r\n", " | ") + ")";
        return bytes(id, what, shown, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static Case<ServerTrial> hex(String id, String what, String hex) {
        return bytes(id, what, hex, Hex.bytes(hex));
    }

    private static Case<ServerTrial> bytes(String id, String what, String shown, byte[] bytes) {
        return garbage(id)
                .title("After " + what + " another client is served")
                .sends(shown)
                .accepts(ACCEPTS)
                .means(MEANS)
                .script(trial -> {
                    try (Wire wire = trial.open()) {
                        pour(trial, wire, bytes);
                    }
                    Serving.check(trial, "after garbage");
                });
    }

    private static Case<ServerTrial> randomConnections() {
        return garbage("garbage/random")
                .title("After 50 connections with random bytes another client is served")
                .sends("(50 connections with 1 to 500 random bytes each, the same in every run)")
                .accepts(ACCEPTS)
                .means(MEANS)
                .script(trial -> random(trial, trial::open, i -> random(i * 10, i)));
    }

    private static Case<ServerTrial> randomGreetings() {
        return garbage("garbage/random-greeting")
                .title("After 50 connections with random bytes behind the version another client is served")
                .sends("(50 connections: 05, then 1 to 500 random bytes each, the same in every run)")
                .accepts(ACCEPTS)
                .means(MEANS)
                .script(trial -> {
                    random(trial, trial::open, i -> {
                        byte[] bytes = random(i * 10, 100 + i);
                        bytes[0] = 5;
                        return bytes;
                    });
                });
    }

    private static Case<ServerTrial> randomRequests() {
        return garbage("garbage/random-request")
                .title("After 50 connections with random bytes for a request another client is served")
                .sends("(50 connections: after the negotiation 1 to 500 random bytes each, the same in every run)")
                .accepts(ACCEPTS)
                .means(MEANS)
                .script(trial -> {
                    random(trial, trial::negotiated, i -> {
                        byte[] bytes = random(i * 10, 200 + i);
                        // Not a command that reaches anybody by accident.
                        bytes[1] = (byte) 0x80;
                        return bytes;
                    });
                });
    }

    @FunctionalInterface
    private interface Opening {
        Wire open() throws IOException, Violation;
    }

    private static void random(ServerTrial trial, Opening opening, IntFunction<byte[]> bytes) throws Exception {
        String when = "after random bytes";
        Serving.goingOn(when, () -> {
            for (int i = 1; i <= 50; i++) {
                try (Wire wire = opening.open()) {
                    wire.trySend(Label.RAW, bytes.apply(i));
                }
            }
        });
        Serving.check(trial, when);
    }

    private static Case.Draft garbage(String id) {
        return Case.of(id, Level.ROBUSTNESS, ROBUSTNESS);
    }

    /** Sends as much as is taken, and waits a moment for what the server does. */
    private static void pour(ServerTrial trial, Wire wire, byte[] bytes) throws IOException {
        try {
            wire.trySend(Label.RAW, bytes);
        } catch (Violation e) {
            trial.transcript().note("suite", "the server does not take all of it");
        }
        wire.receiveRest(64 * 1024, trial.patience().silence());
    }

    private static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static byte[] random(int length, int seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }
}
