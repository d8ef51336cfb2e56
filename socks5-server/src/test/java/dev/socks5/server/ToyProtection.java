package dev.socks5.server;

import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.Protection;
import dev.socks5.codec.ProtectionLevel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Turns bits, behind a length of two bytes: what is protected looks like nothing that is not. */
public final class ToyProtection implements Protection {

    private static final int HEADER = 2;
    private static final int MOST = 0xFFFF;
    private static final int MASK = 0x5A;

    private volatile boolean closed;

    public ToyProtection() {}

    @Override
    public ProtectionLevel level() {
        return ProtectionLevel.CONFIDENTIALITY;
    }

    @Override
    public ByteBuffer wrap(ByteBuffer data) throws IOException {
        int length = Math.min(data.remaining(), MOST);
        ByteBuffer message = ByteBuffer.allocate(HEADER + length).putShort((short) length);
        turn(data, length, message);
        return message.flip();
    }

    @Override
    public Optional<ByteBuffer> unwrap(ByteBuffer in) throws IOException {
        if (missing(in) > 0) {
            return Optional.empty();
        }
        int length = Short.toUnsignedInt(in.getShort());
        ByteBuffer data = ByteBuffer.allocate(length);
        turn(in, length, data);
        return Optional.of(data.flip());
    }

    private void turn(ByteBuffer from, int length, ByteBuffer to) throws IOException {
        if (closed) {
            throw new IOException("the protection has ended");
        }
        for (int i = 0; i < length; i++) {
            to.put((byte) (from.get() ^ MASK));
        }
    }

    @Override
    public int missing(ByteBuffer in) {
        if (in.remaining() < HEADER) {
            return HEADER - in.remaining();
        }
        return Math.max(0, HEADER + Short.toUnsignedInt(in.getShort(in.position())) - in.remaining());
    }

    @Override
    public ByteBuffer wrapDatagram(ByteBuffer datagram) throws IOException {
        return wrap(datagram);
    }

    @Override
    public ByteBuffer unwrapDatagram(ByteBuffer in) throws IOException {
        return unwrap(in).orElseThrow(() -> new MalformedMessageException("cut off"));
    }

    @Override
    public int greatestDatagram(int room) {
        return Math.max(0, room - HEADER);
    }

    @Override
    public void close() {
        closed = true;
    }

    public boolean isClosed() {
        return closed;
    }
}
