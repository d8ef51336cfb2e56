package dev.socks5.codec;

import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * The ways in which a stream of bytes can arrive in pieces. Each is a set of bits, one for each byte that is the last
 * of its piece.
 */
final class Splits {

    /** So many bytes are split in every way, 2^(n-1). */
    private static final int FEW = 13;

    /** As long as the longest message of a {@link Talk}. */
    private static final int WINDOW = 8;

    private Splits() {}

    /**
     * Every way if there are few bytes. Else every pair of cuts, every single one and none; and in all windows of 8
     * bytes every way.
     */
    static LongStream of(int length) {
        long last = 1L << (length - 1);
        if (length <= FEW) {
            return LongStream.range(0, last).map(cuts -> cuts | last);
        }
        LongStream windows = IntStream.range(0, length - WINDOW)
                .boxed()
                .flatMapToLong(start -> LongStream.range(0, 1L << WINDOW).map(cuts -> cuts << start | last));
        return LongStream.concat(pairs(length), windows).distinct();
    }

    /** Every pair of cuts, every single one, and none. */
    static LongStream pairs(int length) {
        long last = 1L << (length - 1);
        return IntStream.range(0, length)
                .boxed()
                .flatMapToLong(
                        first -> IntStream.range(first, length).mapToLong(second -> 1L << first | 1L << second | last))
                .distinct();
    }

    /** The end of the piece that begins at a byte. */
    static int end(long cuts, int start) {
        return start + Long.numberOfTrailingZeros(cuts >>> start) + 1;
    }
}
