package dev.socks5.bridge;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads a connection, line by line or as it comes: no byte is lost between the two. For one thread at a time. */
final class HttpInput extends InputStream {

    /** Which lines are taken. */
    enum Lines {
        /** Only what no two readers can take differently: for requests, where others read the same bytes. */
        STRICT,

        /** Also what RFC 9112 lets a proxy repair in a response, which then goes on to one client, repaired. */
        LENIENT
    }

    private static final int BUFFER = 8192;

    private final Socket socket;
    private final Lines lines;
    private final int longestHead;
    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER];
    private int next;
    private int end;
    private boolean begun;
    private @Nullable Deadline deadline;

    /**
     * @param longestHead how many bytes a head, or the fields behind a chunked body, may have
     */
    HttpInput(Socket socket, Lines lines, int longestHead) throws IOException {
        this.socket = socket;
        this.lines = lines;
        this.longestHead = longestHead;
        this.in = socket.getInputStream();
    }

    Socket socket() {
        return socket;
    }

    Lines lines() {
        return lines;
    }

    int longestHead() {
        return longestHead;
    }

    /** Whether anything has come at all. */
    boolean hasBegun() {
        return begun;
    }

    /** Sets when all that is read from now on must be there; {@code null} for never. */
    void deadline(@Nullable Deadline limit) throws IOException {
        deadline = limit;
        socket.setSoTimeout(0);
    }

    /**
     * Reads a line (RFC 9112 section 2.2) of field text. CR LF ends it, and LF alone only if lines are lenient: a
     * reader that takes something else for an end finds other messages in the same bytes.
     *
     * @param longest how many octets it may have
     * @return the line without its end, one character for each octet
     */
    String line(int longest) throws IOException {
        StringBuilder line = new StringBuilder();
        while (true) {
            int octet = required();
            if (octet == '\r') {
                if (required() != '\n') {
                    throw new HttpFormatException("CR without LF");
                }
                return line.toString();
            }
            if (octet == '\n' && lines == Lines.LENIENT) {
                return line.toString();
            }
            if ((octet < ' ' && octet != '\t') || octet == 0x7F) {
                throw new HttpFormatException(octet == '\n' ? "LF without CR" : "control character");
            }
            if (line.length() >= longest) {
                throw new HttpFormatException(
                        HttpFormatException.HEAD_TOO_LARGE, "a head has more than " + longestHead + " bytes");
            }
            line.append((char) octet);
        }
    }

    private int required() throws IOException {
        int octet = read();
        if (octet < 0) {
            throw new EOFException("ended within a message");
        }
        return octet;
    }

    @Override
    public int read() throws IOException {
        if (next == end) {
            int count = receive(buffer, 0, BUFFER);
            if (count < 0) {
                return -1;
            }
            next = 0;
            end = count;
        }
        return buffer[next++] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (next == end) {
            return receive(into, offset, length);
        }
        int count = Math.min(length, end - next);
        System.arraycopy(buffer, next, into, offset, count);
        next += count;
        return count;
    }

    private int receive(byte[] into, int offset, int length) throws IOException {
        Deadline limit = deadline;
        if (limit != null) {
            socket.setSoTimeout(limit.remainingMillis());
        }
        int count = in.read(into, offset, length);
        begun |= count > 0;
        return count;
    }

    /**
     * Reads to the end, and keeps nothing.
     *
     * @throws java.net.SocketTimeoutException if that takes longer than the limit
     */
    void drain(Duration limit) throws IOException {
        deadline(Deadline.after(limit));
        drain();
    }

    void drain() throws IOException {
        byte[] dropped = new byte[BUFFER];
        while (read(dropped, 0, BUFFER) >= 0) {
            // Nobody wants it.
        }
    }
}
