package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** A client that connects by a path, and says exactly what a test wants, in hexadecimal. It reads without a limit. */
public final class UnixClient implements AutoCloseable {

    private final SocketChannel channel;

    public UnixClient(Path path) throws IOException {
        channel = SocketChannel.open(UnixDomainSocketAddress.of(path));
    }

    public SocketChannel channel() {
        return channel;
    }

    public UnixClient send(String hex) throws IOException {
        return send(RawClient.bytes(hex));
    }

    public UnixClient send(byte[] octets) throws IOException {
        ByteBuffer out = ByteBuffer.wrap(octets);
        while (out.hasRemaining()) {
            channel.write(out);
        }
        return this;
    }

    /** Reads so many bytes, or up to the end. */
    public byte[] read(int count) throws IOException {
        ByteBuffer in = ByteBuffer.allocate(count);
        int last = 0;
        while (in.hasRemaining() && last >= 0) {
            last = channel.read(in);
        }
        byte[] read = new byte[in.flip().remaining()];
        in.get(read);
        return read;
    }

    public UnixClient expect(String hex) throws IOException {
        assertThat(RawClient.hex(read(RawClient.bytes(hex).length))).isEqualTo(RawClient.hex(RawClient.bytes(hex)));
        return this;
    }

    public void expectFailure(int code) throws IOException {
        expect("05 %02x 00 01 00 00 00 00 00 00".formatted(code));
        expectEnd();
    }

    /** A reply of success, with an IPv4 address. */
    public InetSocketAddress readReply() throws IOException {
        expect("05 00 00 01");
        InetAddress address = InetAddress.getByAddress(read(Integer.BYTES));
        return new InetSocketAddress(
                address, Short.toUnsignedInt(ByteBuffer.wrap(read(Short.BYTES)).getShort()));
    }

    /** Greeting and request without a login, up to the tunnel. */
    public UnixClient tunnelTo(InetSocketAddress destination) throws IOException {
        send(RawClient.GREETING).expect(RawClient.ANONYMOUS).send(RawClient.connect(destination));
        readReply();
        return this;
    }

    public void expectEnd() throws IOException {
        assertThat(read(1)).isEmpty();
    }

    /** The server has dropped the connection: by an end, or a reset because of what it had not read. */
    public void expectDropped() {
        try {
            assertThat(read(1)).isEmpty();
        } catch (IOException e) {
            // A reset will do.
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
