package dev.socks5.simulation;

import dev.socks5.simulation.network.UdpPeer;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The program at a destination of datagrams: it answers each, slow ones several times; and strangers on other hosts and
 * on the same host say what nobody has asked for.
 */
final class DatagramFar implements UdpPeer.Owner {

    private static final int ANSWERS = 4;

    private final Party party;
    private final DatagramLog log;
    private final UdpPeer stranger;
    private @Nullable UdpPeer its;
    private @Nullable UdpPeer neighbour;

    DatagramFar(Party party, DatagramLog log, UdpPeer stranger) {
        this.party = party;
        this.log = log;
        this.stranger = stranger;
    }

    void begin(UdpPeer own, UdpPeer another) {
        its = own;
        neighbour = another;
    }

    @Override
    public void received(InetSocketAddress from, byte[] bytes) {
        int number = log.farReceives(bytes);
        answer(from, number, 0);
        byte[] unasked = DatagramClient.payload(party.visit, log.length, DatagramLog.UNASKED);
        stranger.send(unasked, from);
        Objects.requireNonNull(neighbour).send(unasked, from);
        log.unasked += 2;
    }

    private void answer(InetSocketAddress to, int number, int which) {
        if (party.closedAt >= 0) {
            return;
        }
        log.answered(number, which);
        byte[] answer = DatagramClient.payload(party.visit, log.length, number);
        answer[DatagramLog.SHORTEST - 1] = (byte) which;
        Objects.requireNonNull(its).send(answer, to);
        if (which + 1 < ANSWERS && party.visit.pause() > 1_000) {
            party.run.world().after(Check.nanos(party.visit.pause()), () -> answer(to, number, which + 1));
        }
    }
}
