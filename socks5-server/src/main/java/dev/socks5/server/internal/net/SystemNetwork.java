package dev.socks5.server.internal.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The network of this host, by way of the JDK. */
public final class SystemNetwork implements Network {

    /**
     * Has the JDK set up what it needs to close a channel and to log. That takes descriptors, once: if the first close
     * of all came when there is none left, none could ever be closed again.
     *
     * @return this
     */
    public Network prepared() throws IOException {
        Log.prepare();
        try (Selector selector = sockets().openSelector();
                SocketChannel channel = sockets().openSocketChannel()) {
            channel.configureBlocking(false);
            channel.register(selector, 0);
        }
        return this;
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public SelectorProvider sockets() {
        return SelectorProvider.provider();
    }

    @Override
    public ByteBuffer allocate(int bytes) {
        return ByteBuffer.allocateDirect(bytes);
    }

    @Override
    public boolean isOwn(InetAddress address) throws SocketException {
        return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
    }

    @Override
    public int random(int bound) {
        return ThreadLocalRandom.current().nextInt(bound);
    }

    @Override
    public LoopThread thread(String name, Turns turns) {
        Thread thread = Threads.ofLoop(name, () -> {
            while (turns.turn()) {
                // Another one.
            }
        });
        return new LoopThread() {
            @Override
            public void start() {
                thread.start();
            }

            @Override
            public boolean isCurrent() {
                return Thread.currentThread() == thread;
            }

            @Override
            public void join() throws InterruptedException {
                thread.join();
            }
        };
    }

    @Override
    public ExecutorService workers() {
        return Threads.forBlockingWork();
    }

    @Override
    public ExecutorService carriers() {
        return Threads.forTransports();
    }

    @Override
    @SuppressWarnings("WaitNotInLoop") // The caller has the loop, and the monitor.
    public void await(Object monitor, long nanos) throws InterruptedException {
        TimeUnit.NANOSECONDS.timedWait(monitor, nanos);
    }

    @Override
    public void pause(long nanos) {
        LockSupport.parkNanos(nanos);
    }
}
