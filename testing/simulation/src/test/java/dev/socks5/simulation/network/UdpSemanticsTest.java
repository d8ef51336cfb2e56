package dev.socks5.simulation.network;

import static dev.socks5.simulation.network.Scene.loopback;
import static dev.socks5.simulation.network.Scene.same;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import org.junit.jupiter.api.Test;

/** A simulated UDP socket does what one of this host does. */
class UdpSemanticsTest {

    private static ByteBuffer data(int size) {
        return ByteBuffer.allocate(size);
    }

    @Test
    void receivesDatagramsWhole() throws Exception {
        same(scene -> {
            DatagramChannel one = scene.datagrams();
            DatagramChannel other = scene.datagrams();
            scene.note("nothing", () -> other.receive(data(10)));
            scene.note(one.send(data(5), other.getLocalAddress()));
            scene.await(other, SelectionKey.OP_READ);
            ByteBuffer small = data(3);
            scene.note(one.getLocalAddress().equals(other.receive(small)));
            scene.note(small.position());
            scene.note("the rest", () -> other.receive(data(10)));
            scene.note(one.send(data(0), other.getLocalAddress()));
            scene.await(other, SelectionKey.OP_READ);
            scene.note(one.getLocalAddress().equals(other.receive(data(10))));
        });
    }

    @Test
    void hearsNobodyElseOnceConnected() throws Exception {
        same(scene -> {
            DatagramChannel one = scene.datagrams();
            DatagramChannel stranger = scene.datagrams();
            DatagramChannel peer = scene.datagrams();
            one.connect(peer.getLocalAddress());
            stranger.send(data(3), one.getLocalAddress());
            peer.send(data(4), one.getLocalAddress());
            scene.await(one, SelectionKey.OP_READ);
            ByteBuffer in = data(10);
            scene.note(peer.getLocalAddress().equals(one.receive(in)));
            scene.note(in.position());
            scene.note("elsewhere", () -> one.send(data(1), stranger.getLocalAddress()));
            scene.note(one.write(new ByteBuffer[] {data(2), data(3)}));
            scene.await(peer, SelectionKey.OP_READ);
            scene.note(one.getLocalAddress().equals(peer.receive(in)));
            scene.note(in.position());
        });
    }

    @Test
    void hearsThatNobodyIsThereOnceConnected() throws Exception {
        same(scene -> {
            DatagramChannel gone = scene.datagrams();
            InetSocketAddress nobody = (InetSocketAddress) gone.getLocalAddress();
            gone.close();
            DatagramChannel one = scene.datagrams();
            one.connect(nobody);
            one.write(data(1));
            scene.await(one, SelectionKey.OP_READ);
            scene.note("receive", () -> one.receive(data(1)));
            scene.note("receive", () -> one.receive(data(1)));
            scene.note(one.isOpen());
        });
    }

    @Test
    void sendsNoDatagramThatIsTooLong() throws Exception {
        same(scene -> {
            DatagramChannel one = scene.datagrams();
            InetSocketAddress to = (InetSocketAddress) scene.datagrams().getLocalAddress();
            scene.note("longest", () -> one.send(data(65_507), to));
            scene.note("too long", () -> {
                try {
                    return one.send(data(65_508), to);
                } catch (IOException e) {
                    return "an exception";
                }
            });
        });
    }

    @Test
    void hasAddresses() throws Exception {
        same(scene -> {
            DatagramChannel one = scene.datagrams();
            DatagramChannel other = scene.keep(one.provider().openDatagramChannel(StandardProtocolFamily.INET));
            scene.note("unbound", other::getLocalAddress);
            scene.note("taken", () -> other.bind(one.getLocalAddress()));
            other.connect(one.getLocalAddress());
            scene.note(((InetSocketAddress) other.getLocalAddress()).getAddress());
            scene.note("again", () -> other.connect(loopback(1)));
            scene.note("not connected", () -> one.write(data(1)));
            other.close();
            scene.note("closed", () -> other.send(data(1), loopback(1)));
        });
    }
}
