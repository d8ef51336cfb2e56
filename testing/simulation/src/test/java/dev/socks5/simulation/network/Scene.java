package dev.socks5.simulation.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** A scene that is played on this host's loopback and on a simulated one: what is noted has to be the same. */
final class Scene implements Closeable {

    private static final long PATIENCE_MILLIS = 10_000;

    /** What is played. */
    interface Play {
        void in(Scene scene) throws Exception;
    }

    private final SelectorProvider provider;
    private final List<Closeable> opened = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    private Scene(SelectorProvider provider) {
        this.provider = provider;
    }

    /** Plays a scene on both and compares. */
    static void same(Play play) throws Exception {
        List<String> real = play(SelectorProvider.provider(), play);
        assertThat(real).isNotEmpty();
        for (long seed = 0; seed < 10; seed++) {
            SimulatedNetwork network = new SimulatedNetwork(new World(seed), new Faults(), List.of());
            assertThat(play(network.sockets(), play)).isEqualTo(real);
            assertThat(network.descriptions()).isEmpty();
        }
    }

    private static List<String> play(SelectorProvider provider, Play play) throws Exception {
        try (Scene scene = new Scene(provider)) {
            play.in(scene);
            return scene.notes;
        }
    }

    @Override
    public void close() throws IOException {
        for (int i = opened.size() - 1; i >= 0; i--) { // Selectors last.
            opened.get(i).close();
        }
    }

    void note(Object note) {
        notes.add(String.valueOf(note));
    }

    /** Notes what a call returns, or throws. */
    void note(String name, Callable<?> call) {
        String outcome;
        try {
            outcome = String.valueOf(call.call());
        } catch (AsynchronousCloseException e) {
            outcome = "ClosedChannelException"; // This kind of it comes or not, from one JDK to the next.
        } catch (Exception e) {
            outcome = e.getClass().getSimpleName();
        }
        notes.add(name + ": " + outcome);
    }

    static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    Selector selector() throws IOException {
        return keep(provider.openSelector());
    }

    <T extends Closeable> T keep(T resource) {
        opened.add(resource);
        return resource;
    }

    SocketChannel socket() throws IOException {
        SocketChannel channel = keep(provider.openSocketChannel(StandardProtocolFamily.INET));
        channel.configureBlocking(false);
        return channel;
    }

    ServerSocketChannel listener() throws IOException {
        ServerSocketChannel channel = keep(provider.openServerSocketChannel(StandardProtocolFamily.INET));
        channel.configureBlocking(false);
        channel.bind(loopback(0), 50);
        return channel;
    }

    DatagramChannel datagrams() throws IOException {
        DatagramChannel channel = keep(provider.openDatagramChannel(StandardProtocolFamily.INET));
        channel.configureBlocking(false);
        channel.bind(loopback(0));
        return channel;
    }

    /** Two ends of a connection: the one that connected, and the one that was accepted. */
    record Pair(SocketChannel client, SocketChannel server) {}

    Pair pair() throws IOException {
        ServerSocketChannel listener = listener();
        SocketChannel client = socket();
        if (!client.connect(listener.getLocalAddress())) {
            await(client, SelectionKey.OP_CONNECT);
            client.finishConnect();
        }
        await(listener, SelectionKey.OP_ACCEPT);
        SocketChannel server = keep(listener.accept());
        server.configureBlocking(false);
        listener.close();
        return new Pair(client, server);
    }

    /** Waits until a channel is ready. */
    void await(SelectableChannel channel, int operation) throws IOException {
        try (Selector selector = provider.openSelector()) {
            channel.register(selector, operation);
            assertThat(selector.select(PATIENCE_MILLIS)).isOne();
        }
    }

    static void write(SocketChannel channel, String text) throws IOException {
        ByteBuffer data = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
        assertThat(channel.write(data)).isEqualTo(text.length());
    }

    /** Reads what comes next, as text, or the end. */
    String read(SocketChannel channel) throws IOException {
        await(channel, SelectionKey.OP_READ);
        ByteBuffer data = ByteBuffer.allocate(100);
        int count = channel.read(data);
        return count < 0 ? "end" : new String(data.array(), 0, count, StandardCharsets.US_ASCII);
    }
}
