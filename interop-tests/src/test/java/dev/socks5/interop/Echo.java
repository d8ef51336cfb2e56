package dev.socks5.interop;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A conversation with {@link Origin#echo()}. */
final class Echo {

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

    /** Sends megabytes, but waits for each piece to come back, and ends nothing. */
    static void checkByTurns(Socket socket) throws IOException {
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        for (int sent = 0; sent < Origin.BODY.length; sent += PIECE) {
            int length = Math.min(PIECE, Origin.BODY.length - sent);
            socket.getOutputStream().write(Origin.BODY, sent, length);
            received.writeBytes(socket.getInputStream().readNBytes(length));
        }
        assertThat(Origin.digest(received.toByteArray())).isEqualTo(Origin.digest(Origin.BODY));
    }
}
