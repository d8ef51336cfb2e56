package dev.socks5.interop;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** As many octets each way, at once, as have to be counted and cannot be kept: through {@link Origin#echo()}. */
final class Bulk {

    static final int MEBIBYTE = 1024 * 1024;

    /** Not a divisor of anything, so that messages and pieces end at different places. */
    private static final int PIECE = 100_003;

    private Bulk() {}

    /** Sends octets while it receives them, ends its own direction, and compares digests. */
    static void check(Socket socket, int mebibytes) throws IOException {
        CompletableFuture<String> sent = CompletableFuture.supplyAsync(() -> {
            try {
                return send(socket, (long) mebibytes * MEBIBYTE);
            } catch (IOException e) {
                throw new CompletionException(e);
            }
        });
        String received = receive(socket.getInputStream());
        assertThat(received).isEqualTo(sent.join());
    }

    private static String send(Socket socket, long count) throws IOException {
        MessageDigest digest = sha256();
        byte[] piece = Arrays.copyOf(Origin.BODY, PIECE);
        for (long left = count; left > 0; left -= PIECE) {
            ByteBuffer.wrap(piece).putLong(left); // No two are alike.
            int length = (int) Math.min(left, PIECE);
            socket.getOutputStream().write(piece, 0, length);
            digest.update(piece, 0, length);
        }
        socket.shutdownOutput();
        digest.update(Origin.FAREWELL.getBytes(ISO_8859_1));
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String receive(InputStream in) throws IOException {
        MessageDigest digest = sha256();
        byte[] buffer = new byte[PIECE];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            digest.update(buffer, 0, count);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has it", e);
        }
    }
}
