package dev.socks5.benchmarks.load;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A SOCKS5 server for requests with an IPv4 address that does something wrong once a tunnel has carried enough. */
final class LyingServer implements AutoCloseable {

    /** What goes wrong, in either direction. */
    enum Lie {
        NONE,
        DROPS_AN_OCTET,
        /** All from then on: not every octet is looked at. */
        CHANGES_OCTETS,
        CLOSES
    }

    private static final int GREETING = 3;
    private static final int REQUEST = 10;
    private static final byte CONNECT = 1;
    private static final byte COMMAND_NOT_SUPPORTED = 7;
    private static final int BUFFER = 4096;

    private final ServerSocket listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "lying-server");
        thread.setDaemon(true);
        return thread;
    });
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private final Lie lie;
    private final long after;

    /**
     * Starts it.
     *
     * @param lie what goes wrong
     * @param after how many octets of a direction go through before
     */
    LyingServer(Lie lie, long after) throws IOException {
        this.lie = lie;
        this.after = after;
        threads.execute(this::accept);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                sockets.add(client);
                threads.execute(() -> serve(client));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void serve(Socket client) {
        try (client) {
            InputStream in = client.getInputStream();
            OutputStream out = client.getOutputStream();
            in.readNBytes(GREETING);
            out.write(new byte[] {5, 0});
            ByteBuffer request = ByteBuffer.wrap(in.readNBytes(REQUEST));
            if (request.remaining() < REQUEST) {
                return;
            }
            if (request.get(1) != CONNECT) {
                out.write(new byte[] {5, COMMAND_NOT_SUPPORTED, 0, 1, 0, 0, 0, 0, 0, 0});
                return;
            }
            byte[] host = new byte[4];
            request.position(4).get(host);
            try (Socket origin = new Socket(InetAddress.getByAddress(host), request.getShort() & 0xFFFF)) {
                sockets.add(origin);
                out.write(new byte[] {5, 0, 0, 1, 0, 0, 0, 0, 0, 0});
                threads.execute(() -> carry(origin, client));
                carry(client, origin);
            }
        } catch (IOException e) {
            // The client has gone, which the test that it belongs to knows.
        }
    }

    private void carry(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[BUFFER];
            long total = 0;
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                boolean now = total <= after && total + length > after;
                total += length;
                if (now && lie == Lie.CLOSES) {
                    break;
                }
                if (total > after && lie == Lie.CHANGES_OCTETS) {
                    change(buffer);
                }
                out.write(buffer, 0, now && lie == Lie.DROPS_AN_OCTET ? length - 1 : length);
            }
            to.shutdownOutput();
        } catch (IOException e) {
            // The other direction ends by that too.
        }
    }

    /** Once more on the way back from an echo, which does not undo it. */
    private static void change(byte[] buffer) {
        for (int i = 0; i < buffer.length; i++) {
            buffer[i]++;
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
        threads.shutdownNow();
    }
}
