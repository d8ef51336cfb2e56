package dev.socks5.junit.internal.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** One connection: a client, the server, and a thread for each direction. What ends on one side ends on the other. */
final class Line {

    private static final int BUFFER_SIZE = 16 * 1024;

    private final Socket client;
    private final Socket server;
    private final Attendance attendance;
    private final Consumer<Line> whenOver;
    private final Outlet outlet;
    private final CountDownLatch over = new CountDownLatch(1);
    private final AtomicInteger open = new AtomicInteger(2);
    private volatile boolean stalled;

    /** Takes over a connected socket, and one that is to be connected to the server. */
    Line(Socket client, Socket server, Attendance attendance, Consumer<Line> whenOver) throws IOException {
        this.client = client;
        this.server = server;
        this.attendance = attendance;
        this.whenOver = whenOver;
        client.setTcpNoDelay(true); // Each write leaves by itself, as the script wants it.
        server.setTcpNoDelay(true);
        this.outlet = new Outlet(client.getOutputStream(), attendance, this::pause);
    }

    boolean isStalled() {
        return stalled;
    }

    /** Connects to the server, or ends the line if that fails. */
    boolean dial(InetSocketAddress address) {
        try {
            server.connect(address);
            return true;
        } catch (IOException e) { // The server is closed.
            attendance.over();
            end();
            return false;
        }
    }

    /** Carries the client's bytes, to the end. */
    void up() {
        run(this::carryUp);
    }

    /** Carries the server's bytes, to the end. */
    void down() {
        run(this::carryDown);
    }

    @FunctionalInterface
    private interface Direction {
        void carry() throws IOException;
    }

    private void run(Direction direction) {
        try {
            direction.carry();
        } catch (IOException e) { // A side was reset, or is gone.
            attendance.over();
            reset(client);
            reset(server);
        } finally {
            if (open.decrementAndGet() == 0) {
                end();
            }
        }
    }

    private void carryUp() throws IOException {
        byte[] buffer = new byte[BUFFER_SIZE];
        boolean answered = attendance.script().answer() != null;
        OutputStream out = server.getOutputStream();
        boolean serverListens = true;
        for (int count = client.getInputStream().read(buffer); count >= 0; ) {
            if (answered) {
                answer();
                answered = false;
                serverListens = false;
            }
            serverListens = serverListens && written(out, buffer, count);
            count = client.getInputStream().read(buffer);
        }
        if (serverListens && !server.isClosed()) {
            server.shutdownOutput();
        }
    }

    /** Whether the server still takes something: if not, what it has said before goes on to the client. */
    private static boolean written(OutputStream server, byte[] bytes, int count) {
        try {
            server.write(bytes, 0, count);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void answer() throws IOException {
        ByteBuffer answer = Objects.requireNonNull(attendance.script().answer());
        byte[] bytes = new byte[answer.remaining()];
        answer.duplicate().get(bytes);
        attendance.met(Script.Part.ANSWER);
        attendance.ended(true, "answered with " + bytes.length + " other bytes");
        if (outlet.send(ByteBuffer.wrap(bytes), false)) {
            client.shutdownOutput();
        } else {
            endEarly();
        }
        server.close();
    }

    private void carryDown() throws IOException {
        if (outlet.isEnded()) {
            endEarly();
            return;
        }
        if (attendance.script().answer() != null) {
            return;
        }
        Speech speech = new Speech(attendance, outlet);
        byte[] buffer = new byte[BUFFER_SIZE];
        for (int count = server.getInputStream().read(buffer); count >= 0; ) {
            if (!speech.take(ByteBuffer.wrap(buffer, 0, count))) {
                endEarly();
                return;
            }
            count = server.getInputStream().read(buffer);
        }
        attendance.over();
        client.shutdownOutput();
    }

    /** Ends the proxy's bytes as the script says, unless the connection is over anyway. */
    private void endEarly() throws IOException {
        Script.Ending ending = attendance.script().ending();
        if (ending == null || !outlet.isEnded()) {
            return;
        }
        attendance.met(Script.Part.ENDING);
        attendance.ended(!outlet.isInTunnel(), ending.toString());
        switch (ending.end()) {
            case CUT -> {
                client.shutdownOutput();
                server.close();
            }
            case RESET -> {
                reset(client);
                server.close();
            }
            case STALL -> {
                stalled = true;
                awaitOver();
            }
        }
    }

    private boolean pause(Duration time) {
        try {
            return !over.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void awaitOver() {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // It is closed already.
        }
        close(socket);
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is of no more use anyway.
        }
    }

    /** Closes both sides; may be called again. */
    void end() {
        over.countDown();
        close(client);
        close(server);
        whenOver.accept(this);
    }
}
