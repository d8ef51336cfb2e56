package dev.socks5.proxy.load;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/** A connection through the server to an {@link EchoOrigin}, which compares what comes back. For one thread. */
public final class Tunnel {

    private static final int CHUNK = 2048;

    private final int number;
    private final Socket socket;
    private final Random content;
    private final byte[] chunk = new byte[CHUNK];
    private volatile boolean open = true;
    private volatile long sent;

    public Tunnel(int number, Socket socket) throws IOException {
        this.number = number;
        this.socket = socket;
        this.content = new Random(number);
        socket.getOutputStream()
                .write(ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
        sent = Integer.BYTES;
        byte[] back = new DataInputStream(socket.getInputStream()).readNBytes(Integer.BYTES);
        if (back.length < Integer.BYTES || ByteBuffer.wrap(back).getInt() != number) {
            throw new IOException("not echoed");
        }
    }

    public int number() {
        return number;
    }

    public boolean isOpen() {
        return open;
    }

    public long sent() {
        return sent;
    }

    /** Returns whether it still carries data. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // One thread sends; others only read the figure.
    public boolean send() {
        return attempt(() -> {
            content.nextBytes(chunk);
            socket.getOutputStream().write(chunk);
            sent = sent + CHUNK; // By this thread alone.
            return true;
        });
    }

    /** Returns whether it still carries data. */
    public boolean receive() {
        return attempt(() -> {
            byte[] back = socket.getInputStream().readNBytes(CHUNK);
            if (back.length == CHUNK && !Arrays.equals(back, chunk)) {
                throw new AssertionError("tunnel " + number + " has brought something else");
            }
            return back.length == CHUNK;
        });
    }

    private interface Io {
        boolean run() throws IOException;
    }

    private boolean attempt(Io io) {
        try {
            open = open && io.run();
        } catch (IOException e) {
            open = false; // Reset.
        }
        return open;
    }

    public void close() throws IOException {
        socket.close();
    }
}
