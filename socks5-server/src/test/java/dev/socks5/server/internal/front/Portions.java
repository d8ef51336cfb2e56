package dev.socks5.server.internal.front;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;

/** Relays one connection to a server, and passes on what the client sends in portions of one size. */
final class Portions implements AutoCloseable {

    static final int ALL = Integer.MAX_VALUE;

    private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final Socket server = new Socket();
    private final CountDownLatch released = new CountDownLatch(1);

    /** @param size of a portion; {@link #ALL} for two pieces, see {@link #release} */
    Portions(InetSocketAddress address, int size) throws IOException {
        server.setTcpNoDelay(true);
        server.connect(address);
        start(() -> {
            Socket client = listener.accept();
            client.setTcpNoDelay(true);
            start(() -> copy(server.getInputStream(), client.getOutputStream(), ALL));
            if (size == ALL) {
                copyTwoPieces(client.getInputStream(), server.getOutputStream());
            } else {
                copy(client.getInputStream(), server.getOutputStream(), size);
            }
        });
    }

    private interface Work {
        void run() throws Exception;
    }

    private static void start(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (Exception e) {
                // The test is over.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void copy(InputStream in, OutputStream out, int portion) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            for (int at = 0; at < count; at += portion) {
                out.write(buffer, at, Math.min(portion, count - at));
                if (portion == ALL) {
                    break;
                }
            }
        }
    }

    /** Passes on the first flight, and then everything that has come until the release in one piece. */
    private void copyTwoPieces(InputStream in, OutputStream out) throws Exception {
        byte[] buffer = new byte[64 * 1024];
        out.write(buffer, 0, in.read(buffer));
        released.await();
        out.write(buffer, 0, in.read(buffer));
        copy(in, out, ALL);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    /** Lets go of what the client has said since its first flight. */
    void release() {
        released.countDown();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        server.close();
    }
}
