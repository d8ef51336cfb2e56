package dev.socks5.conformance.peer;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.Request;
import dev.socks5.codec.UdpHeader;
import java.io.Closeable;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Carries out UDP ASSOCIATE: a socket for the client and one for all destinations, and each step to override. */
public class RightAssociation extends RightBind {

    private static final int GREATEST = 65_507;

    /** One association. */
    public static final class Relay implements Closeable {
        final InetAddress clientAddress;
        final int expectedPort;
        final DatagramSocket near;
        final DatagramSocket far;
        final Set<InetAddress> contacted = ConcurrentHashMap.newKeySet();
        volatile InetSocketAddress client;

        Relay(Session session, Request request) throws IOException {
            clientAddress = session.socket().getInetAddress();
            expectedPort = request.destination().port();
            near = new DatagramSocket(0, session.socket().getLocalAddress());
            far = new DatagramSocket(0);
        }

        /** Returns where the client sends to. */
        public InetSocketAddress address() {
            return (InetSocketAddress) near.getLocalSocketAddress();
        }

        /** Returns the port of the request, 0 for any. */
        public int expectedPort() {
            return expectedPort;
        }

        /** Returns where the client sends from, or {@code null} before it has. */
        public InetSocketAddress client() {
            return client;
        }

        /** Sends to the client. */
        public void toClient(byte[] bytes) throws IOException {
            near.send(new DatagramPacket(bytes, bytes.length, client));
        }

        /** Sends to a destination. */
        public void toDestination(byte[] bytes, InetSocketAddress to) throws IOException {
            contacted.add(to.getAddress());
            far.send(new DatagramPacket(bytes, bytes.length, to));
        }

        @Override
        public void close() {
            near.close();
            far.close();
        }
    }

    @Override
    protected void associate(Session session, Request request) throws IOException {
        Relay relay = new Relay(session, request);
        try (Closeable end = () -> ended(relay)) {
            associated(session, relay.address());
            Daemons.thread(() -> fromClient(relay)).start();
            Daemons.thread(() -> fromDestinations(relay)).start();
            untilClientLeaves(session, relay);
        }
    }

    /** Writes the reply. */
    protected void associated(Session session, InetSocketAddress relay) throws IOException {
        writeReply(session, 0x00, relay);
    }

    /** Waits for the end of the TCP connection, whatever comes by it. */
    protected void untilClientLeaves(Session session, Relay relay) throws IOException {
        while (true) {
            session.read();
        }
    }

    /** Ends the association, because its TCP connection has ended. */
    protected void ended(Relay relay) {
        relay.close();
    }

    private void fromClient(Relay relay) {
        while (!relay.near.isClosed()) {
            try {
                DatagramPacket packet = receive(relay.near);
                InetSocketAddress from = (InetSocketAddress) packet.getSocketAddress();
                byte[] bytes = Arrays.copyOf(packet.getData(), packet.getLength());
                if (isClient(relay, from)) {
                    takeFromClient(relay, from, bytes);
                }
            } catch (IOException | RuntimeException e) {
                // What cannot be relayed is dropped.
            }
        }
    }

    private void fromDestinations(Relay relay) {
        while (!relay.far.isClosed()) {
            try {
                DatagramPacket packet = receive(relay.far);
                InetSocketAddress from = (InetSocketAddress) packet.getSocketAddress();
                if (isInvited(relay, from)) {
                    answer(relay, from, Arrays.copyOf(packet.getData(), packet.getLength()));
                }
            } catch (IOException | RuntimeException e) {
                // What cannot be relayed is dropped.
            }
        }
    }

    private static DatagramPacket receive(DatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[GREATEST], GREATEST);
        socket.receive(packet);
        return packet;
    }

    /** Whether a datagram may come from there: the client's IP address, and its port as soon as it is known. */
    protected boolean isClient(Relay relay, InetSocketAddress from) {
        InetSocketAddress client = relay.client;
        if (client != null) {
            return from.equals(client);
        }
        return from.getAddress().equals(relay.clientAddress)
                && (relay.expectedPort == 0 || relay.expectedPort == from.getPort());
    }

    /** Relays a datagram of the client, if it has a header and is no fragment. */
    protected void takeFromClient(Relay relay, InetSocketAddress from, byte[] bytes) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        Optional<UdpHeader> header;
        try {
            header = UdpHeader.decode(in);
        } catch (MalformedMessageException e) {
            malformed(relay, bytes);
            return;
        }
        if (header.isEmpty()) {
            malformed(relay, bytes);
            return;
        }
        relay.client = from;
        byte[] payload = Arrays.copyOfRange(bytes, in.position(), bytes.length);
        if (header.get().fragment() == 0) {
            forward(relay, header.get().destination(), payload);
        } else {
            fragment(relay, header.get(), payload);
        }
    }

    /** Drops a datagram without a proper header. */
    protected void malformed(Relay relay, byte[] bytes) throws IOException {}

    /** Drops a fragment. */
    protected void fragment(Relay relay, UdpHeader header, byte[] payload) throws IOException {}

    /** Sends a payload to its destination. */
    protected void forward(Relay relay, Endpoint destination, byte[] payload) throws IOException {
        InetAddress address = addresses(destination).get(0);
        relay.toDestination(payload, new InetSocketAddress(address, destination.port()));
    }

    /** Whether a host may send to the client: one that the client has sent to. */
    protected boolean isInvited(Relay relay, InetSocketAddress from) {
        return relay.contacted.contains(from.getAddress());
    }

    /** Sends an answer to the client, with a header that names who has answered. */
    protected void answer(Relay relay, InetSocketAddress from, byte[] payload) throws IOException {
        byte[] bytes = withHeader(0, from, payload);
        if (bytes.length <= GREATEST) {
            relay.toClient(bytes);
        }
    }

    /** Puts RSV, FRAG, ATYP, DST.ADDR and DST.PORT before a payload (RFC 1928 section 7). */
    protected static byte[] withHeader(int fragment, InetSocketAddress address, byte[] payload) {
        byte[] ip = address.getAddress().getAddress();
        return ByteBuffer.allocate(6 + ip.length + payload.length)
                .put(new byte[] {0, 0, (byte) fragment, (byte) (ip.length == 4 ? 1 : 4)})
                .put(ip)
                .putShort((short) address.getPort())
                .put(payload)
                .array();
    }
}
