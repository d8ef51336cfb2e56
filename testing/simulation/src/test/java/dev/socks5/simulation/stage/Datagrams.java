package dev.socks5.simulation.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.UdpHeader;
import dev.socks5.simulation.network.UdpPeer;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/** A program with a UDP socket: a client of an association, or a destination. */
final class Datagrams implements UdpPeer.Owner {

    /** A datagram that has come, and when. */
    @SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
    record Came(long at, InetSocketAddress from, byte[] bytes) {}

    private final Stage stage;
    private final UdpPeer socket;
    private final Queue<Came> came = new ArrayDeque<>();
    private @Nullable InetSocketAddress relay;

    Datagrams(Stage stage, InetSocketAddress at) {
        this.stage = stage;
        this.socket = stage.network.udp(at, this);
    }

    @Override
    public void received(InetSocketAddress from, byte[] bytes) {
        came.add(new Came(stage.world.elapsed(), from, bytes));
    }

    int port() {
        return socket.local().getPort();
    }

    InetSocketAddress address() {
        return socket.local();
    }

    Datagrams says(InetSocketAddress to, byte[] bytes) {
        socket.send(bytes, to);
        return this;
    }

    /** Answers who has sent last. */
    Datagrams answers(byte[] bytes) {
        return says(Objects.requireNonNull(relay), bytes);
    }

    /** Returns where the last datagram has come from. */
    InetSocketAddress lastFrom() {
        return Objects.requireNonNull(relay);
    }

    /** Waits for the next datagram. */
    Came takes() {
        stage.world.runUntil(() -> !came.isEmpty());
        assertThat(came).as("datagrams for %s", address()).isNotEmpty();
        Came next = came.remove();
        relay = next.from;
        return next;
    }

    /** Waits for the next datagram, which has to be this one, and tells when it came. */
    long hears(byte[] bytes) {
        Came next = takes();
        assertThat(next.bytes).isEqualTo(bytes);
        return next.at;
    }

    /** Waits for the next datagram of a relay, and tells when it came. */
    long hears(InetSocketAddress source, byte[] payload) {
        return hears(datagram(source, payload));
    }

    /** Returns how many have come that were not waited for. */
    int unheard() {
        return came.size();
    }

    static byte[] datagram(InetSocketAddress destination, byte[] payload) {
        return datagram(Endpoint.of(destination), payload);
    }

    static byte[] datagram(Endpoint destination, byte[] payload) {
        UdpHeader header = UdpHeader.of(destination);
        ByteBuffer datagram = ByteBuffer.allocate(header.encodedLength() + payload.length);
        header.encode(datagram);
        return datagram.put(payload).array();
    }
}
