package dev.socks5.conformance.report;

import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Clause;
import dev.socks5.conformance.suite.Hex;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Outcome;
import dev.socks5.conformance.suite.Transcript;
import dev.socks5.conformance.suite.Transcript.Direction;
import dev.socks5.conformance.suite.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Outcomes made by hand, one of each verdict, with everything in them that a format may stumble over. */
final class Samples {

    /** What a program may send: an escape sequence, a line break, markup, quotes, a bare surrogate, a noncharacter. */
    static final String NASTY = "a\u001b[2J\r\n<b>&\"'\\#|`]]>\u0000\ud800\uffff\u202e\u00fc";

    private Samples() {}

    static Case<Object> sample(String id, Level level) {
        return Case.of(id, level, Clause.rfc1928("3"))
                .title("The server answers to " + id)
                .sends("05 01 00")
                .accepts("05 00, because it was offered")
                .means("Clients wait for ever")
                .script(trial -> {});
    }

    static Outcome outcome(String id, Level level, Verdict verdict, String reason, Transcript.Entry... transcript) {
        return new Outcome(sample(id, level), verdict, reason, List.of(transcript), Duration.ofMillis(1234));
    }

    static Transcript.Entry entry(int millis, String connection, Direction direction, Label label, String hex) {
        byte[] bytes = Hex.bytes(hex);
        return new Transcript.Entry(Duration.ofMillis(millis), connection, direction, label, bytes, bytes.length, null);
    }

    static Transcript.Entry note(int millis, String connection, String text) {
        return new Transcript.Entry(
                Duration.ofMillis(millis), connection, Direction.NOTE, Label.RAW, new byte[0], 0, text);
    }

    static Outcome failed() {
        return outcome(
                "negotiation/offered",
                Level.MUST,
                Verdict.FAILED,
                "expected the method that was offered, but FE was selected",
                entry(0, "proxy", Direction.SENT, Label.GREETING, "05 01 00"),
                entry(12, "proxy", Direction.RECEIVED, Label.SELECTION, "05 FE"),
                note(13, "proxy", "the other side has ended its output"));
    }

    static Report report(Outcome... outcomes) {
        return new Report(
                "1.2.3",
                Side.SERVER,
                "127.0.0.1:1080",
                new Report.Program("sample", "4.5"),
                Instant.parse("2026-11-29T01:02:03Z"),
                Duration.ofSeconds(7),
                List.of(outcomes));
    }

    /** One of each. */
    static Report mixed() {
        return report(
                outcome("negotiation/ok", Level.MUST, Verdict.PASSED, ""),
                failed(),
                outcome("udp/echo", Level.MAY, Verdict.NOT_OFFERED, "the program does not offer UDP ASSOCIATE"),
                outcome("udp/order", Level.MAY, Verdict.NOT_OFFERED, "the program does not offer UDP ASSOCIATE"),
                outcome("abuse/memory", Level.SECURITY, Verdict.SKIPPED, "needs --pid"));
    }

    static Report nasty() {
        return report(
                outcome(
                        "names/nasty",
                        Level.ROBUSTNESS,
                        Verdict.FAILED,
                        NASTY,
                        note(1, NASTY, NASTY),
                        entry(2, "proxy", Direction.RECEIVED, Label.RAW, "1B 5B 32 4A 00 FF 3C 26")),
                outcome("names/skipped", Level.SHOULD, Verdict.SKIPPED, NASTY),
                outcome("names/broken", Level.SHOULD, Verdict.BROKEN, NASTY));
    }
}
