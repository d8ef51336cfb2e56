package dev.socks5.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** Listens on the path of a Unix domain socket, and passes each connection on to a proxy. */
final class PathFront implements AutoCloseable {

    private final ServerSocketChannel listener;

    PathFront(Path path, InetSocketAddress proxy) throws IOException {
        listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path));
        start(() -> {
            while (true) {
                SocketChannel client = listener.accept();
                SocketChannel onward = SocketChannel.open(proxy);
                CountDownLatch ends = new CountDownLatch(2);
                start(() -> pass(client, onward, ends));
                start(() -> pass(onward, client, ends));
            }
        });
    }

    private static void start(Blocked.Call call) {
        Thread thread = new Thread(
                () -> {
                    try {
                        call.run();
                    } catch (IOException e) {
                        // The test sees what it comes to.
                    }
                },
                "path front");
        thread.setDaemon(true);
        thread.start();
    }

    private static void pass(SocketChannel from, SocketChannel to, CountDownLatch ends) throws IOException {
        try {
            ByteBuffer buffer = ByteBuffer.allocate(0x10000);
            while (from.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
                buffer.clear();
            }
            to.shutdownOutput();
        } catch (IOException e) {
            from.close();
            to.close();
        } finally {
            ends.countDown();
            if (ends.getCount() == 0) {
                from.close();
                to.close();
            }
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
