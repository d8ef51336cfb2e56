package dev.socks5.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.server.ClientAddress;
import dev.socks5.server.RawClient;
import dev.socks5.server.Socks5Server;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/** A client whose request goes by a {@link FaultyDialer}: what it gets is a cell of the table. */
final class FaultyClient implements AutoCloseable {

    private static final String PING = "70 69 6e 67";
    private static final int PONG = 4;

    /** More than all buffers on the way take, the system's as well: whoever takes so much takes anything. */
    private static final long MOST = 64L << 20;

    private final FaultyDialer dialer;
    private final RawClient client;
    private final ClientAddress address;
    private final AtomicLong sent = new AtomicLong();
    private final CompletableFuture<Boolean> flooded = new CompletableFuture<>();
    private int code = -1;

    /** Makes the request, and waits for the reply where more is to be seen meanwhile. */
    FaultyClient(Socks5Server server, FaultyDialer dialer, int port, Executor threads) throws IOException {
        this.dialer = dialer;
        // From an address of its own: clients of two servers may have the same port.
        this.client = new RawClient(server, InetAddress.getByAddress(new byte[] {127, 0, 1, (byte) (port + 1)}));
        this.address = ClientAddress.of((InetSocketAddress) client.socket().getLocalSocketAddress());
        client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS).send(RawClient.connect("fault.test", port));
        if (dialer.fault().takesUntilIdle()) {
            readReply();
        }
        if (dialer.fault().isFlooded()) {
            threads.execute(this::flood);
        }
    }

    private void readReply() throws IOException {
        byte[] reply = client.read(10);
        assertThat(RawClient.hex(reply)).startsWith("05 ").endsWith(" 00 01 00 00 00 00 00 00");
        code = reply[1] & 0xFF;
    }

    private void flood() {
        byte[] much = new byte[64 * 1024];
        try {
            while (sent.get() < MOST) {
                client.send(much);
                sent.addAndGet(much.length);
            }
            flooded.complete(true);
        } catch (IOException e) {
            flooded.complete(false); // Reset, as it should be.
        }
    }

    FaultyDialer dialer() {
        return dialer;
    }

    ClientAddress address() {
        return address;
    }

    boolean isConnected() {
        return code == 0;
    }

    /** Returns what it gets, in words. */
    String outcome() throws IOException {
        if (code < 0) {
            readReply();
        }
        if (code != 0) {
            client.expectEnd();
            return "reply %02X".formatted(code);
        }
        ByteArrayOutputStream received = new ByteArrayOutputStream();
        String end = endOf(received);
        assertThat(sent.get()).as("bytes taken from the client").isLessThan(MOST);
        FaultyChannel channel = dialer.channel();
        assertThat(channel == null ? 0 : channel.given())
                .as("bytes taken from the transport")
                .isLessThan(MOST);
        boolean bytes = received.size() > 0 && dialer.fault() != DialerFault.WITHOUT_END;
        return "success, " + (bytes ? "`" + received.toString(StandardCharsets.US_ASCII) + "`, " : "") + end;
    }

    private String endOf(ByteArrayOutputStream received) {
        if (dialer.fault().isFlooded()) {
            return flooded.join() ? "no end" : "a reset"; // Whoever writes hears of it, and then who reads does not.
        }
        try {
            if (dialer.fault().isOfWriting()) {
                client.send(PING);
            }
            InputStream in = client.socket().getInputStream();
            byte[] part = new byte[64 * 1024];
            for (int count = in.read(part); count >= 0; count = in.read(part)) {
                received.write(part, 0, count);
                if (received.size() == PONG) {
                    client.socket().shutdownOutput();
                }
            }
            if (received.size() != PONG) {
                client.socket().shutdownOutput();
            }
            return "the end";
        } catch (IOException e) {
            return "a reset";
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
