package dev.socks5.client.internal.platform;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOptions;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Implements a {@link UnixSocket} by a channel, which the JDK gives no socket view. The channel is in non-blocking mode
 * once it is connected, and each direction waits by a selector of its own: that makes timeouts, and lets other threads
 * close it.
 */
final class UnixSocketImpl extends SocketImpl {

    /** The options of TCP and IP, which mean nothing here, and are only kept. */
    private static final Map<Integer, Object> UNUSED = Map.of(
            SocketOptions.TCP_NODELAY, false,
            SocketOptions.SO_KEEPALIVE, false,
            SocketOptions.SO_REUSEADDR, false,
            SocketOptions.SO_OOBINLINE, false,
            SocketOptions.SO_LINGER, -1,
            SocketOptions.IP_TOS, 0);

    private final SocketChannel channel;
    private final Readiness readable;
    private final Readiness writable;
    private final ReentrantLock reading = new ReentrantLock();
    private final ReentrantLock writing = new ReentrantLock();
    private final Map<Integer, Object> unused = new ConcurrentHashMap<>(UNUSED);
    private volatile int readTimeoutMillis;
    private @Nullable SocketAddress path;

    UnixSocketImpl(SocketChannel channel) {
        this.channel = channel;
        this.readable = new Readiness(channel, SelectionKey.OP_READ);
        this.writable = new Readiness(channel, SelectionKey.OP_WRITE);
    }

    /** Sets where to connect to. */
    void path(SocketAddress address) {
        path = address;
    }

    boolean isClosed() {
        return !channel.isOpen();
    }

    /** Gives up the channel, in blocking mode and registered with no selector. */
    SocketChannel release() throws IOException {
        readable.close();
        writable.close();
        channel.configureBlocking(true);
        return channel;
    }

    /** Waits while there is no room in the listener's queue; closing it or an interrupt ends that. */
    @Override
    protected void connect(SocketAddress unused, int timeoutMillis) throws IOException {
        channel.connect(path);
        channel.configureBlocking(false);
    }

    @Override
    protected InputStream getInputStream() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                return UnixSocketImpl.this.read(ByteBuffer.wrap(into, offset, length));
            }
        };
    }

    private int read(ByteBuffer into) throws IOException {
        if (!into.hasRemaining()) {
            return 0;
        }
        reading.lock();
        try {
            long limit = TimeUnit.MILLISECONDS.toNanos(readTimeoutMillis);
            long start = System.nanoTime();
            int count = channel.read(into);
            while (count == 0) {
                long left = limit == 0 ? 0 : start + limit - System.nanoTime();
                if (left < 0 || (left == 0 && limit > 0)) {
                    throw new SocketTimeoutException("Read timed out");
                }
                readable.await(left == 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(left) + 1);
                count = channel.read(into);
            }
            return count;
        } finally {
            reading.unlock();
        }
    }

    @Override
    protected OutputStream getOutputStream() {
        return new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                UnixSocketImpl.this.write(ByteBuffer.wrap(bytes, offset, length));
            }
        };
    }

    private void write(ByteBuffer bytes) throws IOException {
        writing.lock();
        try {
            channel.write(bytes);
            while (bytes.hasRemaining()) {
                writable.await(0);
                channel.write(bytes);
            }
        } finally {
            writing.unlock();
        }
    }

    /** Says 0: how many bytes there are cannot be asked of such a channel. */
    @Override
    protected int available() {
        return 0;
    }

    @Override
    protected void shutdownInput() throws IOException {
        channel.shutdownInput(); // This wakes a thread that waits.
    }

    @Override
    protected void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    protected void close() throws IOException {
        try {
            channel.close();
        } finally {
            readable.close();
            writable.close();
        }
    }

    @Override
    public void setOption(int option, Object value) throws SocketException {
        switch (option) {
            case SocketOptions.SO_TIMEOUT -> readTimeoutMillis = (Integer) value;
            case SocketOptions.SO_SNDBUF, SocketOptions.SO_RCVBUF -> setBuffer(option, (Integer) value);
            default -> {
                require(option);
                unused.put(option, value);
            }
        }
    }

    @Override
    public Object getOption(int option) throws SocketException {
        return switch (option) {
            case SocketOptions.SO_TIMEOUT -> readTimeoutMillis;
            case SocketOptions.SO_SNDBUF, SocketOptions.SO_RCVBUF -> buffer(option);
            case SocketOptions.SO_BINDADDR -> InetAddress.getLoopbackAddress();
            default -> require(option);
        };
    }

    private Object require(int option) throws SocketException {
        Object value = unused.get(option);
        if (value == null) {
            throw new SocketException(String.format("unknown socket option 0x%X", option));
        }
        return value;
    }

    private void setBuffer(int option, int size) throws SocketException {
        try {
            channel.setOption(
                    option == SocketOptions.SO_SNDBUF
                            ? StandardSocketOptions.SO_SNDBUF
                            : StandardSocketOptions.SO_RCVBUF,
                    size);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private int buffer(int option) throws SocketException {
        try {
            return channel.getOption(
                    option == SocketOptions.SO_SNDBUF
                            ? StandardSocketOptions.SO_SNDBUF
                            : StandardSocketOptions.SO_RCVBUF);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private static SocketException failed(IOException e) {
        return (SocketException) new SocketException("Socket closed").initCause(e);
    }

    @Override
    protected void create(boolean stream) {}

    @Override
    protected void bind(InetAddress host, int port) throws SocketException {
        throw new SocketException("a Unix domain socket has no port");
    }

    @Override
    protected void connect(String host, int port) {
        throw unused();
    }

    @Override
    protected void connect(InetAddress host, int port) {
        throw unused();
    }

    @Override
    protected void listen(int backlog) {
        throw unused();
    }

    @Override
    protected void accept(SocketImpl accepted) {
        throw unused();
    }

    @Override
    protected void sendUrgentData(int data) {
        throw unused();
    }

    private static UnsupportedOperationException unused() {
        return new UnsupportedOperationException("java.net.Socket does not call this");
    }
}
