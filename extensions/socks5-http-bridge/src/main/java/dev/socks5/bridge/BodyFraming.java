package dev.socks5.bridge;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where a body ends (RFC 9112 section 6.3). Whatever two readers could take differently is no framing at all.
 *
 * @param kind in which way
 * @param length how many octets, for {@link Kind#LENGTH}; else 0
 */
record BodyFraming(Kind kind, long length) {

    static final BodyFraming NONE = new BodyFraming(Kind.NONE, 0);
    static final BodyFraming CHUNKED = new BodyFraming(Kind.CHUNKED, 0);
    static final BodyFraming UNTIL_END = new BodyFraming(Kind.UNTIL_END, 0);

    private static final int BUFFER = 16 * 1024;
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,18}");

    enum Kind {
        NONE,
        LENGTH,
        CHUNKED,
        UNTIL_END
    }

    /**
     * What the fields say.
     *
     * @param http11 whether the sender knows chunks
     * @param unsaid what holds if they say nothing
     */
    static BodyFraming of(HttpHead head, boolean http11, BodyFraming unsaid) throws HttpFormatException {
        List<String> codings = head.elements("Transfer-Encoding");
        Set<String> lengths = new HashSet<>(head.elements("Content-Length"));
        if (!codings.isEmpty()) {
            if (!http11 || !lengths.isEmpty() || !codings.equals(List.of("chunked"))) {
                throw new HttpFormatException("Transfer-Encoding is chunked and nothing else, and not beside a length");
            }
            return CHUNKED;
        }
        if (lengths.isEmpty()) {
            return unsaid;
        }
        String length = lengths.iterator().next();
        if (lengths.size() > 1 || !DIGITS.matcher(length).matches()) {
            throw new HttpFormatException("Content-Length is one number");
        }
        return of(Long.parseLong(length));
    }

    static BodyFraming of(long length) {
        return new BodyFraming(Kind.LENGTH, length);
    }

    /** The fields that say so. */
    List<HttpField> fields() {
        return switch (kind) {
            case LENGTH -> List.of(new HttpField("Content-Length", Long.toString(length)));
            case CHUNKED -> List.of(new HttpField("Transfer-Encoding", "chunked"));
            case NONE, UNTIL_END -> List.of();
        };
    }

    /**
     * Passes a body on as it comes, in the framing that it has.
     *
     * @throws EOFException if the input ends before the body
     * @throws HttpFormatException if a chunk is malformed
     */
    void relay(HttpInput in, OutputStream out) throws IOException {
        switch (kind) {
            case NONE -> {}
            case LENGTH -> copy(in, out, length);
            case UNTIL_END -> in.transferTo(out);
            case CHUNKED -> {
                ChunkedOutput chunks = new ChunkedOutput(out);
                new ChunkedInput(in).transferTo(chunks);
                chunks.end();
            }
        }
    }

    /** The same, but without chunks. */
    void relayUnframed(HttpInput in, OutputStream out) throws IOException {
        if (kind == Kind.CHUNKED) {
            new ChunkedInput(in).transferTo(out);
        } else {
            relay(in, out);
        }
    }

    private static void copy(InputStream in, OutputStream out, long length) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long left = length;
        while (left > 0) {
            int count = in.read(buffer, 0, (int) Math.min(left, BUFFER));
            if (count < 0) {
                throw new EOFException("ended within a body");
            }
            out.write(buffer, 0, count);
            left -= count;
        }
    }
}
