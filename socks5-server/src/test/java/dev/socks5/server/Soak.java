package dev.socks5.server;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.UdpHeader;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Many clients at once that connect, bind and associate, send and compare, and now and then break off at a random
 * point. What they break off themselves is no error; everything else that does not go as it should is.
 */
final class Soak implements AutoCloseable {

    private static final String LOOPBACK = "127.0.0.1";
    private static final int MAX_OCTETS = 128 * 1024;
    private static final int MAX_DATAGRAM = 8 * 1024;
    private static final int RETRY_MILLIS = 500;
    private static final int ATTEMPTS = 40;

    final LongAdder connects = new LongAdder();
    final LongAdder binds = new LongAdder();
    final LongAdder associations = new LongAdder();
    final LongAdder aborted = new LongAdder();
    final LongAdder datagramsSentAgain = new LongAdder();
    final ConcurrentLinkedQueue<Throwable> errors = new ConcurrentLinkedQueue<>();

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final InetSocketAddress proxy;
    private final ServerSocket echo = new ServerSocket(0, 1024, InetAddress.getByName(LOOPBACK));
    private final DatagramSocket datagramEcho = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0));

    /** Breaks a session off. */
    private static final class Abort extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    Soak(InetSocketAddress proxy) throws IOException {
        this.proxy = proxy;
        threads.execute(this::echoAll);
        threads.execute(this::echoDatagrams);
    }

    /** Runs so many clients until the time is up, and then lets each finish what it has begun. */
    void run(int clients, Duration time, long seed) {
        long end = System.nanoTime() + time.toNanos();
        CompletableFuture<?>[] all = new CompletableFuture<?>[clients];
        for (int i = 0; i < clients; i++) {
            Random random = new Random(seed + i);
            all[i] = CompletableFuture.runAsync(
                    () -> {
                        while (System.nanoTime() < end) {
                            session(random);
                        }
                    },
                    threads);
        }
        CompletableFuture.allOf(all).join();
    }

    private void session(Random random) {
        try (Socket control = connect(proxy)) {
            try {
                control.getOutputStream().write(new byte[] {5, 1, 0});
                expect(control, 5, 0);
                mayAbort(random);
                switch (random.nextInt(3)) {
                    case 0 -> connect(control, random);
                    case 1 -> bind(control, random);
                    default -> associate(control, random);
                }
            } catch (Abort e) {
                aborted.increment();
                control.setSoLinger(random.nextBoolean(), 0); // by a reset, or by an end
            }
        } catch (IOException | RuntimeException | AssertionError e) {
            errors.add(e);
        }
    }

    private static void mayAbort(Random random) {
        if (random.nextInt(12) == 0) {
            throw new Abort();
        }
    }

    private static Socket connect(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setSoTimeout(RawClient.PATIENCE_MILLIS);
            socket.setTcpNoDelay(true);
            socket.connect(address, RawClient.PATIENCE_MILLIS);
            return socket;
        } catch (Throwable e) {
            socket.close();
            throw e;
        }
    }

    private void connect(Socket control, Random random) throws IOException {
        request(control, 1, (InetSocketAddress) echo.getLocalSocketAddress());
        reply(control);
        mayAbort(random);
        pending(control, control.getInputStream(), control, random);
        connects.increment();
    }

    private void bind(Socket control, Random random) throws IOException {
        request(control, 2, new InetSocketAddress(LOOPBACK, 0));
        InetSocketAddress bound = reply(control);
        mayAbort(random);
        try (Socket peer = connect(bound)) {
            if (!reply(control).equals(peer.getLocalSocketAddress())) {
                throw new AssertionError("another peer");
            }
            mayAbort(random);
            pending(peer, control.getInputStream(), control, random);
            pending(control, peer.getInputStream(), peer, random);
        }
        binds.increment();
    }

    /** Sends one way while it reads what comes out, and ends that way. */
    private void pending(Socket from, InputStream to, Socket sink, Random random) throws IOException {
        byte[] data = new byte[1 + random.nextInt(MAX_OCTETS)];
        random.nextBytes(data);
        int first = random.nextInt(data.length);
        from.getOutputStream().write(data, 0, first);
        if (random.nextInt(12) == 0) {
            throw new Abort();
        }
        CompletableFuture<Void> rest = CompletableFuture.runAsync(
                () -> {
                    try {
                        from.getOutputStream().write(data, first, data.length - first);
                        from.shutdownOutput();
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                },
                threads);
        byte[] received = to.readNBytes(data.length);
        rest.join();
        if (!Arrays.equals(received, data) || to.read() != -1) {
            throw new AssertionError("not what was sent, from " + sink);
        }
    }

    private void associate(Socket control, Random random) throws IOException {
        request(control, 3, new InetSocketAddress("0.0.0.0", 0));
        InetSocketAddress relay = reply(control);
        InetSocketAddress destination = (InetSocketAddress) datagramEcho.getLocalSocketAddress();
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0))) {
            socket.setSoTimeout(RETRY_MILLIS);
            UdpHeader header = UdpHeader.of(Endpoint.of(destination));
            for (int i = random.nextInt(8); i >= 0; i--) {
                byte[] payload = new byte[8 + random.nextInt(MAX_DATAGRAM)];
                random.nextBytes(payload);
                ByteBuffer datagram = ByteBuffer.allocate(header.encodedLength() + payload.length);
                header.encode(datagram);
                roundTrip(socket, datagram.put(payload).array(), relay);
                mayAbort(random);
            }
        }
        associations.increment();
    }

    /** Datagrams may be lost, above all when everybody sends at once; then they are sent again. */
    private void roundTrip(DatagramSocket socket, byte[] datagram, InetSocketAddress relay) throws IOException {
        byte[] room = new byte[datagram.length + 1];
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            socket.send(new DatagramPacket(datagram, datagram.length, relay));
            try {
                DatagramPacket answer = new DatagramPacket(room, room.length);
                do {
                    socket.receive(answer);
                } while (!Arrays.equals(Arrays.copyOf(room, answer.getLength()), datagram)); // late answers to others
                return;
            } catch (SocketTimeoutException e) {
                datagramsSentAgain.increment();
            }
        }
        throw new AssertionError("no answer to a datagram");
    }

    private static void request(Socket control, int command, InetSocketAddress address) throws IOException {
        control.getOutputStream()
                .write(ByteBuffer.allocate(10)
                        .put(new byte[] {5, (byte) command, 0, 1})
                        .put(address.getAddress().getAddress())
                        .putShort((short) address.getPort())
                        .array());
    }

    private static InetSocketAddress reply(Socket control) throws IOException {
        expect(control, 5, 0, 0, 1);
        byte[] address = control.getInputStream().readNBytes(4);
        byte[] port = control.getInputStream().readNBytes(2);
        return new InetSocketAddress(
                InetAddress.getByAddress(address),
                Short.toUnsignedInt(ByteBuffer.wrap(port).getShort()));
    }

    private static void expect(Socket control, int... octets) throws IOException {
        byte[] received = control.getInputStream().readNBytes(octets.length);
        for (int i = 0; i < octets.length; i++) {
            if (i >= received.length || received[i] != octets[i]) {
                throw new AssertionError(Arrays.toString(octets) + " expected: " + Arrays.toString(received));
            }
        }
    }

    private void echoAll() {
        try {
            while (true) {
                Socket socket = echo.accept();
                threads.execute(() -> {
                    try (socket) {
                        socket.getInputStream().transferTo(socket.getOutputStream());
                    } catch (IOException e) {
                        // The client has broken off.
                    }
                });
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void echoDatagrams() {
        DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
        try {
            while (true) {
                packet.setLength(65_535);
                datagramEcho.receive(packet);
                datagramEcho.send(packet);
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    @Override
    public String toString() {
        return "%s connects, %s binds, %s associations, %s broken off, %s datagrams sent again, %d errors"
                .formatted(connects, binds, associations, aborted, datagramsSentAgain, errors.size());
    }

    @Override
    public void close() throws IOException, InterruptedException {
        echo.close();
        datagramEcho.close();
        threads.shutdown();
        if (!threads.awaitTermination(10, TimeUnit.SECONDS)) {
            throw new IllegalStateException("its threads do not end");
        }
    }
}
