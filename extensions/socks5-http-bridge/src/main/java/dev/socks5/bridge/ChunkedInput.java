package dev.socks5.bridge;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The data of a chunked body (RFC 9112 section 7.1), up to its end. Extensions and trailers are checked and dropped.
 */
final class ChunkedInput extends InputStream {

    private static final int LONGEST_LINE = 1024;
    private static final Pattern SIZE = Pattern.compile("([0-9A-Fa-f]{1,15})[ \\t]*(?:;.*)?", Pattern.DOTALL);

    private final HttpInput in;
    private long left;
    private boolean first = true;
    private boolean ended;

    ChunkedInput(HttpInput in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (left == 0 && !ended) {
            nextChunk();
        }
        if (ended) {
            return -1;
        }
        int count = in.read(into, offset, (int) Math.min(left, length));
        if (count < 0) {
            throw new EOFException("ended within a chunk");
        }
        left -= count;
        return count;
    }

    private void nextChunk() throws IOException {
        if (!first && !line().isEmpty()) {
            throw new HttpFormatException("a chunk is longer than its size");
        }
        first = false;
        Matcher size = SIZE.matcher(line());
        if (!size.matches()) {
            throw new HttpFormatException("a chunk's size is a number in hexadecimal");
        }
        left = Long.parseLong(size.group(1), 16);
        if (left == 0) {
            HttpHead.readFields(in, in.longestHead());
            ended = true;
        }
    }

    private String line() throws IOException {
        return in.line(LONGEST_LINE);
    }
}
