package dev.socks5.simulation;

import dev.socks5.simulation.Visit.Form;
import dev.socks5.simulation.network.UdpPeer;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What the client of an association does with datagrams: it sends some that are good and some that are not, from its
 * port and from another one, to which it may move; and a stranger sends as well.
 */
final class DatagramClient {

    private static final int CLIENT_PORT = 9_000;
    private static final int OTHER_PORT = 15_000;

    /** The longest time that a datagram is on its way on a gentle network. */
    static final int LATENCY_MILLIS = 21;

    private static final int MANY = 40;
    private static final int LONG = 4_000;

    private final Party party;
    private final Run run;
    private final InetSocketAddress relay;
    private final DatagramLog log;
    private final UdpPeer stranger;
    private final List<UdpPeer> all = new ArrayList<>();
    private UdpPeer current;
    private UdpPeer spare;
    private int next;
    private boolean closed;

    DatagramClient(Party party, InetSocketAddress relay, DatagramLog log) {
        this.party = party;
        this.run = party.run;
        this.relay = relay;
        this.log = log;
        InetAddress own = Addresses.client(party.visit).getAddress();
        this.current = open(new InetSocketAddress(own, CLIENT_PORT + party.visit.id()), log::clientReceives);
        this.spare = open(new InetSocketAddress(own, OTHER_PORT + party.visit.id()), log::otherPortReceives);
        this.stranger = open(
                new InetSocketAddress(Addresses.STRANGER, CLIENT_PORT + party.visit.id()),
                (from, data) -> DatagramLog.require(false, "a stranger got a datagram of " + party));
    }

    private UdpPeer open(InetSocketAddress at, UdpPeer.Owner owner) {
        UdpPeer peer = run.network().udp(at, owner);
        all.add(peer);
        return peer;
    }

    /** Returns the port that a client announces in its request: its own, none, or another. */
    static int announced(Visit visit) {
        return switch (visit.id() % 4) {
            case 0, 1 -> CLIENT_PORT + visit.id();
            case 2 -> 0;
            default -> Addresses.port(visit);
        };
    }

    void start() {
        log.relay = relay;
        log.length = DatagramLog.SHORTEST + (party.visit.up() >= LONG ? 1_000 : 0);
        for (int i = 0; i < party.visit.targets().size(); i++) {
            if (party.visit.targets().get(i).isOpen()) {
                InetSocketAddress at = Addresses.target(party.visit, i);
                DatagramFar far = new DatagramFar(party, log, stranger);
                far.begin(open(at, far), open(new InetSocketAddress(at.getAddress(), at.getPort() + 20_000), far));
            }
        }
        send();
    }

    private int count() {
        return party.visit.up() >= LONG ? MANY : 2 + party.visit.up() % 9;
    }

    private void send() {
        if (closed) {
            return;
        }
        boolean sameFamily =
                relay.getAddress().getClass() == current.local().getAddress().getClass();
        if (next >= count() || !sameFamily) { // Behind a balancer, they may be of different families.
            run.world().after(Check.nanos(100), party::associationIsOver);
            return;
        }
        int number = next++;
        int wait = 5 + (party.visit.up() >= LONG && party.visit.pause() > 1_000 ? 3_000 : party.visit.pause());
        switch (number % 6) {
            case 1 -> sendFrom(current, 1, number, DatagramLog.Fate.FRAGMENT, false);
            case 2 -> sendFrom(stranger, 0, number, DatagramLog.Fate.FOREIGN, false);
            case 3 -> {
                log.sent(number, isHeard(current) ? DatagramLog.Fate.MALFORMED : DatagramLog.Fate.FOREIGN, false);
                current.send(new byte[] {0, 0, 0, 1, 9}, relay);
            }
            case 4 -> {
                if (log.isLatched() && log.mayNotMove(LATENCY_MILLIS)) {
                    sendFrom(spare, 0, number, DatagramLog.Fate.FOREIGN, false);
                } else if (run.setup().moveAfter() > 0 && log.isLatched() && isHeard(spare)) {
                    wait += run.setup().moveAfter() + 2 * LATENCY_MILLIS;
                    run.world().after(Check.nanos(run.setup().moveAfter() + LATENCY_MILLIS), () -> move(number));
                }
            }
            default -> sendFrom(current, 0, number, DatagramLog.Fate.GOOD, false);
        }
        run.world().after(Check.nanos(wait), this::send);
    }

    /** Goes on from the other port, after long enough a silence. */
    private void move(int number) {
        if (!closed) {
            UdpPeer before = current;
            current = spare;
            spare = before;
            log.moves++;
            sendFrom(current, 0, number, DatagramLog.Fate.GOOD, true);
        }
    }

    /** Whether the server may hear that port. */
    private boolean isHeard(UdpPeer peer) {
        int only = party.meant.port();
        if (run.setup().balancer() && party.visit.header() == Visit.Header.OWN) {
            return false; // It is taken for the balancer.
        }
        return !run.setup().strictPort() || only == 0 || only == peer.local().getPort();
    }

    private void sendFrom(UdpPeer peer, int fragment, int number, DatagramLog.Fate fate, boolean moves) {
        DatagramLog.Fate real = isHeard(peer) ? fate : DatagramLog.Fate.FOREIGN;
        log.sent(number, real, moves);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0, 0, (byte) fragment});
        destination(out);
        out.writeBytes(payload(party.visit, log.length, number));
        peer.send(out.toByteArray(), relay);
    }

    private void destination(ByteArrayOutputStream out) {
        Visit visit = party.visit;
        if (visit.form() == Form.NAME || visit.targets().isEmpty()) {
            byte[] name = Addresses.name(visit).getBytes(StandardCharsets.US_ASCII);
            out.write(3);
            out.write(name.length);
            out.writeBytes(name);
        } else {
            byte[] address = Addresses.target(visit, 0).getAddress().getAddress();
            out.write(address.length == 4 ? 1 : 4);
            out.writeBytes(address);
        }
        int port = Addresses.port(visit);
        out.write(port >> 8);
        out.write(port);
    }

    static byte[] payload(Visit visit, int length, int number) {
        return ByteBuffer.allocate(length).putInt(visit.id()).putInt(number).array();
    }

    void close() {
        if (!closed) {
            closed = true;
            all.forEach(UdpPeer::close);
        }
    }
}
