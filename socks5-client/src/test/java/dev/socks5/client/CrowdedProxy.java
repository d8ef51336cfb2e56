package dev.socks5.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicInteger;

/** A proxy for any number of clients on one thread. It answers requests when it is told to. */
public final class CrowdedProxy implements AutoCloseable {

    private static final int GREETING_LENGTH = 3;
    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

    private final Selector selector = Selector.open();
    private final ServerSocketChannel listener = ServerSocketChannel.open();
    private final AtomicInteger asking = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private final Thread thread = new Thread(this::run, "crowded proxy");
    private volatile boolean answers;
    private volatile boolean closed;

    public CrowdedProxy() throws IOException {
        listener.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 5000);
        listener.configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT);
        thread.setDaemon(true);
        thread.start();
    }

    public InetSocketAddress address() throws IOException {
        return (InetSocketAddress) listener.getLocalAddress();
    }

    /** How many have sent a request. */
    public int asking() {
        return asking.get();
    }

    /** How many are connected. */
    int open() {
        return open.get();
    }

    /** From now on everybody gets a tunnel, those who have asked already as well. */
    public void answer() {
        answers = true;
        selector.wakeup();
    }

    private void run() {
        try {
            boolean answered = false;
            while (!closed) {
                selector.select(key -> {
                    if (key.isValid()) {
                        serve(key);
                    }
                });
                if (answers && !answered) {
                    answered = true;
                    selector.keys().forEach(CrowdedProxy::grant);
                }
            }
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void serve(SelectionKey key) {
        try {
            if (key.isAcceptable()) {
                accept();
            } else if (receive((SocketChannel) key.channel(), (ByteBuffer) key.attachment())) {
                if (answers) {
                    grant(key);
                }
            }
        } catch (IOException e) {
            end(key);
        }
    }

    private void accept() throws IOException {
        for (SocketChannel client = listener.accept(); client != null; client = listener.accept()) {
            open.incrementAndGet();
            client.configureBlocking(false);
            client.register(selector, SelectionKey.OP_READ, ByteBuffer.allocate(64));
        }
    }

    /** Whether the request is there now. Nothing follows it. */
    private boolean receive(SocketChannel client, ByteBuffer received) throws IOException {
        if (client.read(received) < 0) {
            throw new IOException("ended");
        }
        if (received.position() == GREETING_LENGTH) {
            client.write(ByteBuffer.wrap(HEX.parseHex(ScriptedProxy.NO_AUTHENTICATION)));
            return false;
        }
        boolean asked = received.position() > GREETING_LENGTH;
        if (asked) {
            asking.incrementAndGet();
        }
        return asked;
    }

    private static void grant(SelectionKey key) {
        try {
            if (key.isValid()
                    && key.attachment() instanceof ByteBuffer received
                    && received.position() > GREETING_LENGTH) {
                ((SocketChannel) key.channel()).write(ByteBuffer.wrap(HEX.parseHex(ScriptedProxy.SUCCESS)));
            }
        } catch (IOException e) {
            // It will be seen when it is read from.
        }
    }

    private void end(SelectionKey key) {
        open.decrementAndGet();
        try {
            key.channel().close();
        } catch (IOException e) {
            // Nothing is left to be done with it.
        }
    }

    @Override
    public void close() throws Exception {
        closed = true;
        selector.wakeup();
        thread.join();
        listener.close();
    }
}
