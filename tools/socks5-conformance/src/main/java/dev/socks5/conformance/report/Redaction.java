package dev.socks5.conformance.report;

import dev.socks5.conformance.suite.Outcome;
import dev.socks5.conformance.suite.Transcript;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Takes a secret out of what was sent and received, also where it went in pieces, and out of reasons. */
final class Redaction {

    private static final HexFormat SPACED = HexFormat.ofDelimiter(" ").withUpperCase();
    private static final byte STAND_IN = '*';

    private final byte[] secret;

    /** @param secret not empty */
    Redaction(byte[] secret) {
        this.secret = secret.clone();
    }

    Outcome of(Outcome outcome) {
        Transcript.Entry[] entries = outcome.transcript().toArray(Transcript.Entry[]::new);
        for (int first = 0; first < entries.length; first++) {
            hide(entries, first);
        }
        return new Outcome(outcome.of(), outcome.verdict(), hidden(outcome.reason()), List.of(entries), outcome.time());
    }

    /** Hides the secrets that begin in one entry, and go on in later ones of the same direction and connection. */
    private void hide(Transcript.Entry[] entries, int first) {
        byte[] bytes = entries[first].bytes();
        for (int at = 0; at < bytes.length; at++) {
            if (matches(entries, first, at, 0)) {
                replace(entries, first, at, 0);
                bytes = entries[first].bytes();
            }
        }
    }

    private boolean matches(Transcript.Entry[] entries, int entry, int at, int done) {
        byte[] bytes = entries[entry].bytes();
        int count = Math.min(bytes.length - at, secret.length - done);
        if (!Arrays.equals(bytes, at, at + count, secret, done, done + count)) {
            return false;
        }
        int next = next(entries, entry);
        return done + count == secret.length || (next > 0 && matches(entries, next, 0, done + count));
    }

    private void replace(Transcript.Entry[] entries, int entry, int at, int done) {
        byte[] bytes = entries[entry].bytes();
        int count = Math.min(bytes.length - at, secret.length - done);
        Arrays.fill(bytes, at, at + count, STAND_IN);
        Transcript.Entry old = entries[entry];
        entries[entry] = new Transcript.Entry(
                old.at(), old.connection(), old.direction(), old.label(), bytes, old.length(), old.note());
        if (done + count < secret.length) {
            replace(entries, next(entries, entry), 0, done + count);
        }
    }

    private static int next(Transcript.Entry[] entries, int entry) {
        for (int i = entry + 1; i < entries.length; i++) {
            if (entries[i].direction() == entries[entry].direction()
                    && entries[i].connection().equals(entries[entry].connection())) {
                return i;
            }
        }
        return -1;
    }

    /** A reason may show the beginning of a message in hex, and so the beginning of the secret. */
    private String hidden(String reason) {
        String hidden = reason;
        for (int length = secret.length; length > 0; length--) {
            String hex = SPACED.formatHex(secret, 0, length);
            String stars = "** ".repeat(length).strip();
            hidden = length == secret.length
                    ? hidden.replace(hex, stars)
                    : hidden.replace(hex + " and ", stars + " and ");
        }
        return hidden;
    }
}
