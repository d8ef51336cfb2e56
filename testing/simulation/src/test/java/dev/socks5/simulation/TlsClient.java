package dev.socks5.simulation;

import dev.socks5.simulation.network.Wire;
import java.nio.ByteBuffer;
import java.util.Objects;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** A client that speaks TLS over a simulated wire, by the JDK's engine. */
final class TlsClient implements Wire.Owner {

    /** Speaks inside the TLS. Called by the world. */
    interface Inside {

        /** Called once the handshake is done, as the client sees it. */
        void secured();

        void received(ByteBuffer data);

        /** Called when the server has sent a {@code close_notify}. */
        void ended();
    }

    private static final int HEADER = 5;
    private static final int LENGTH_AT = 3;

    private final SSLEngine engine;
    private final Inside inside;
    private final TlsOutput output;
    private @Nullable Wire wire;
    private ByteBuffer received = ByteBuffer.allocate(0);
    private boolean secured;
    private boolean inputEnded;
    private boolean outputEnded;
    private boolean over;
    private boolean busy;
    boolean gotReset;

    TlsClient(SSLEngine engine, Inside inside, TlsOutput output) {
        this.engine = engine;
        this.inside = inside;
        this.output = output;
    }

    /** Whether it has gone astray. */
    boolean isAstray() {
        return output.isAstray();
    }

    private Wire wire() {
        return Objects.requireNonNull(wire);
    }

    /** Whether nothing can be said any more. */
    boolean isOver() {
        return over || output.hasReset();
    }

    void close() {
        over = true;
        wire().close();
    }

    @Override
    public void begin(Wire its) {
        wire = its;
        output.to(its);
    }

    @Override
    public void connected() {
        go(engine::beginHandshake);
    }

    @Override
    public void received(ByteBuffer data) {
        received = ByteBuffer.allocate(received.remaining() + data.remaining())
                .put(received)
                .put(data)
                .flip();
        go(() -> {});
    }

    @Override
    public void ended() {
        if (!inputEnded) {
            close(); // It was cut off.
        }
    }

    @Override
    public void reset() {
        gotReset = true;
        over = true;
    }

    void send(byte[] data) {
        go(() -> {
            ByteBuffer left = ByteBuffer.wrap(data);
            while (left.hasRemaining() && wrap(left)) {
                // Record by record.
            }
        });
    }

    /** Has both sides use new keys (RFC 8446 section 4.6.3). */
    void updateKeys() {
        go(engine::beginHandshake);
    }

    /** Sends a {@code close_notify}, and then the end of the connection's output. */
    void end() {
        go(() -> {
            engine.closeOutbound();
            while (!engine.isOutboundDone() && wrap(ByteBuffer.allocate(0))) {
                // New keys may come before the end.
            }
            outputEnded = true;
            output.end();
        });
    }

    private interface Step {
        void take() throws SSLException;
    }

    /** Takes a step and whatever follows from it; a failure is told to the server, and ends the connection. */
    private void go(Step step) {
        if (isOver()) {
            return;
        }
        try {
            step.take();
            if (!busy) {
                busy = true;
                while (!isOver() && advance()) {
                    // Until it waits for the server.
                }
                busy = false;
            }
            output.transmit();
        } catch (SSLException e) {
            tellFailure();
            close();
        }
    }

    private void tellFailure() {
        try {
            if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
                wrap(ByteBuffer.allocate(0));
            }
            output.transmit();
        } catch (SSLException e) {
            // Then it ends without.
        }
    }

    private boolean advance() throws SSLException {
        HandshakeStatus status = engine.getHandshakeStatus();
        if (status == HandshakeStatus.NEED_TASK) {
            for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
                task.run();
            }
            return true;
        }
        if (status == HandshakeStatus.NEED_WRAP && !outputEnded && !inputEnded && wrap(ByteBuffer.allocate(0))) {
            tellSecured();
            return true;
        }
        return unwrap();
    }

    private void tellSecured() {
        if (!secured && engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING) {
            secured = true;
            inside.secured();
        }
    }

    /** Whether that has brought anything. */
    private boolean wrap(ByteBuffer data) throws SSLException {
        ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        SSLEngineResult result = engine.wrap(data, record);
        output.add(record.flip());
        return result.bytesProduced() > 0;
    }

    private boolean unwrap() throws SSLException {
        if (inputEnded
                || received.remaining() < HEADER
                || received.remaining()
                        < HEADER + Short.toUnsignedInt(received.getShort(received.position() + LENGTH_AT))) {
            return false;
        }
        ByteBuffer plain = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
        SSLEngineResult result = engine.unwrap(received, plain);
        inputEnded = result.getStatus() == SSLEngineResult.Status.CLOSED;
        tellSecured();
        if (plain.position() > 0) {
            inside.received(plain.flip());
        }
        if (inputEnded) {
            inside.ended();
        }
        return true;
    }
}
