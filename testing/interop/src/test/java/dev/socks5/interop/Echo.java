package dev.socks5.interop;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A conversation with {@link Origin#echo()}. */
final class Echo {

    private static final int PIECES = 8;
    private static final int PIECE = 16 * 1024;

    private Echo() {}

    /** Sends megabytes while it receives them, ends its own direction, and receives what comes after that. */
    static void check(Socket socket) throws IOException {
        CompletableFuture<Void> sender = CompletableFuture.runAsync(() -> {
            try {
                socket.getOutputStream().write(Origin.BODY);
                socket.shutdownOutput();
            } catch (IOException e) {
                throw new CompletionException(e);
            }
        });
        byte[] received = socket.getInputStream().readAllBytes();
        sender.join();

        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        expected.writeBytes(Origin.BODY);
        expected.writeBytes(Origin.FAREWELL.getBytes(ISO_8859_1));
        assertThat(Origin.digest(received)).isEqualTo(Origin.digest(expected.toByteArray()));
    }

    /** Sends some pieces, waits for each of them to come back, and ends nothing. */
    static void checkByTurns(Socket socket) throws IOException {
        for (int i = 0; i < PIECES; i++) {
            byte[] piece = Arrays.copyOfRange(Origin.BODY, i * PIECE, (i + 1) * PIECE);
            socket.getOutputStream().write(piece);
            assertThat(socket.getInputStream().readNBytes(PIECE)).isEqualTo(piece);
        }
    }
}
