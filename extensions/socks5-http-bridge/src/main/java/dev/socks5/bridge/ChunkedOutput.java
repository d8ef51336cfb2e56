package dev.socks5.bridge;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.OutputStream;

/** Writes a chunked body (RFC 9112 section 7.1): a chunk for each write, in one write. */
final class ChunkedOutput extends OutputStream {

    private static final byte[] LAST_CHUNK = "0\r\n\r\n".getBytes(US_ASCII);

    private final OutputStream out;

    ChunkedOutput(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] data, int offset, int length) throws IOException {
        if (length == 0) {
            return; // A chunk of size 0 is the last one.
        }
        byte[] size = (Integer.toHexString(length) + "\r\n").getBytes(US_ASCII);
        byte[] chunk = new byte[size.length + length + 2];
        System.arraycopy(size, 0, chunk, 0, size.length);
        System.arraycopy(data, offset, chunk, size.length, length);
        chunk[chunk.length - 2] = '\r';
        chunk[chunk.length - 1] = '\n';
        out.write(chunk);
    }

    /** Writes the last chunk: the body is complete. */
    void end() throws IOException {
        out.write(LAST_CHUNK);
    }
}
