package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import dev.socks5.testing.Authority;
import dev.socks5.testing.TlsFront;
import java.io.ByteArrayOutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Bytes through TLS, however they are cut into writes, reads and first bytes. */
class TlsProperties {

    private static final Authority AUTHORITY = new Authority();

    @Property(tries = 10)
    void everyByteComesBackOnceAndInOrder(
            @ForAll boolean newest,
            @ForAll @IntRange(max = 16 * 1024) int ahead,
            @ForAll @Size(max = 6) List<@IntRange(min = 1, max = 40_000) Integer> writes,
            @ForAll @IntRange(min = 1, max = 20_000) int reads)
            throws Exception {
        SSLContext ofProxy = AUTHORITY.context(AUTHORITY.issue("A proxy", "127.0.0.1"));
        TlsFront front = new TlsFront(ofProxy, newest ? "TLSv1.3" : "TLSv1.2", false);
        CompletableFuture<byte[]> arrived = new CompletableFuture<>();
        int total = ahead + writes.stream().mapToInt(Integer::intValue).sum();
        try (ScriptedProxy proxy = new ScriptedProxy(front.before(client -> {
            client.acceptTunnel();
            byte[] all = client.socket().getInputStream().readNBytes(total);
            arrived.complete(all);
            for (int i = 0; i < all.length; i += reads) {
                client.socket().getOutputStream().write(all, i, Math.min(reads, all.length - i));
            }
            ((SSLSocket) client.socket()).shutdownOutput();
            client.awaitEnd();
        }))) {
            ByteArrayOutputStream sent = new ByteArrayOutputStream();
            byte[] first = some(ahead);
            sent.writeBytes(first);
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            try (Socket socket = proxy.clientBuilder()
                    .tls(AUTHORITY.context())
                    .build()
                    .connect(Endpoint.of("a.b", 80), ByteBuffer.wrap(first))) {
                for (int length : writes) {
                    byte[] next = some(length);
                    sent.writeBytes(next);
                    socket.getOutputStream().write(next);
                }
                byte[] part = new byte[reads];
                for (int count = socket.getInputStream().read(part);
                        count >= 0;
                        count = socket.getInputStream().read(part)) {
                    received.write(part, 0, count);
                }
            }
            assertThat(arrived.get()).isEqualTo(sent.toByteArray());
            assertThat(received.toByteArray()).isEqualTo(sent.toByteArray());
        }
    }

    /** No two that follow each other are alike. */
    private static byte[] some(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 31 + (i >> 8) + length);
        }
        return bytes;
    }
}
