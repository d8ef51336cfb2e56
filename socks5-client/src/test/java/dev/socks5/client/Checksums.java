package dev.socks5.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Random;
import java.util.zip.CRC32;

/** Many bytes that no two of look alike, sent and received with a checksum. */
final class Checksums {

    /** 64 MiB. */
    static final long MANY = 64L << 20;

    private Checksums() {}

    /** Writes that many bytes; gives their checksum. */
    static long write(OutputStream out, long seed) throws IOException {
        Random random = new Random(seed);
        CRC32 sum = new CRC32();
        byte[] block = new byte[0x10000];
        for (long left = MANY; left > 0; left -= block.length) {
            random.nextBytes(block);
            sum.update(block);
            out.write(block);
        }
        return sum.getValue();
    }

    /** Reads to the end; gives the checksum, or fails if it was another number of bytes. */
    static long read(InputStream in) throws IOException {
        CRC32 sum = new CRC32();
        byte[] block = new byte[0x8000];
        long total = 0;
        for (int count = in.read(block); count >= 0; count = in.read(block)) {
            sum.update(block, 0, count);
            total += count;
        }
        if (total != MANY) {
            throw new AssertionError(total + " bytes");
        }
        return sum.getValue();
    }
}
