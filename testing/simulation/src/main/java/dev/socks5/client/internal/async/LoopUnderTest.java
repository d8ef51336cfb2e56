package dev.socks5.client.internal.async;

import dev.socks5.client.internal.dial.Destination;
import dev.socks5.client.internal.dial.ProxyPath;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Connects on a network of one's own. In this package, because the API does not offer it. */
public final class LoopUnderTest {

    private final ConnectLoop loop;

    public LoopUnderTest(Duration idleLimit, Network network) {
        loop = new ConnectLoop(idleLimit, network);
    }

    /** Does what {@code connectAsync} of a client with this path does. */
    public CompletableFuture<SocketChannel> connect(ProxyPath path, Destination destination, ByteBuffer firstBytes) {
        return AsyncConnect.begin(path, destination, firstBytes, loop);
    }

    /** Returns how many connections are under way. */
    public int size() {
        return loop.size();
    }
}
