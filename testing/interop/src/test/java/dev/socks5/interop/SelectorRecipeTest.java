package dev.socks5.interop;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.client.Socks5Client;
import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** connectAsync for code that has a selector of its own, as docs/recipes.md shows it. */
@Timeout(60)
class SelectorRecipeTest {

    private static void run(
            Socks5Client client,
            Selector selector,
            String host,
            int port,
            Consumer<SelectionKey> serve,
            BooleanSupplier goOn)
            throws IOException {
        // recipe: Selector of your own
        Queue<SocketChannel> connected = new ConcurrentLinkedQueue<>();
        CompletableFuture<Void> connecting = client.connectAsync(host, port).thenAccept(channel -> {
            connected.add(channel); // non-blocking, and registered nowhere
            selector.wakeup();
        });
        while (goOn.getAsBoolean()) { // the loop of your own
            selector.select(serve);
            for (SocketChannel channel = connected.poll(); channel != null; channel = connected.poll()) {
                channel.register(selector, SelectionKey.OP_READ);
                channel.write(ByteBuffer.wrap(new byte[] {'x'})); // what does not fit waits for OP_WRITE
            }
        }
        // end of recipe
        connecting.join();
    }

    @Test
    void servesAChannelOfConnectAsync() throws Exception {
        AtomicReference<String> answer = new AtomicReference<>("");
        try (OurServer server = OurServer.open();
                Origin origin = Origin.echo();
                Selector selector = Selector.open()) {
            Socks5Client client = Socks5Client.builder().proxy(server.address()).build();
            run(
                    client,
                    selector,
                    OurServer.NAME,
                    origin.port(),
                    key -> answer.set(read(key)),
                    () -> answer.get().isEmpty());
            assertThat(answer).hasValue("x");
            assertThat(server.destinations()).containsExactly(Endpoint.of(OurServer.NAME, origin.port()));
        }
    }

    private static String read(SelectionKey key) {
        try (SocketChannel channel = (SocketChannel) key.channel()) {
            byte[] octets = new byte[10];
            return new String(octets, 0, channel.read(ByteBuffer.wrap(octets)), US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
