package dev.socks5.fuzz;

import dev.socks5.codec.Socks5Exception;
import dev.socks5.codec.Turn;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Optional;

/**
 * What has come of a handshake.
 *
 * @param said what this side has sent, as digits
 * @param left how many bytes were not taken; of a failure it depends on how they came, and is 0 here
 */
record Outcome(String said, Turn turn, int left, Optional<Class<?>> failure) {

    static Outcome failed(StringBuilder said, Socks5Exception e) {
        return new Outcome(said.toString(), Turn.FAILED, 0, Optional.of(e.getClass()));
    }

    static String hex(ByteBuffer bytes) {
        byte[] octets = new byte[bytes.remaining()];
        bytes.get(octets);
        return HexFormat.of().formatHex(octets);
    }
}
