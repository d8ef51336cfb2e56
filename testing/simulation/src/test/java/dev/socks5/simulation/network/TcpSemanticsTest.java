package dev.socks5.simulation.network;

import static dev.socks5.simulation.network.Scene.loopback;
import static dev.socks5.simulation.network.Scene.same;
import static dev.socks5.simulation.network.Scene.write;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Test;

/** A simulated TCP socket does what one of this host does. */
class TcpSemanticsTest {

    private static ByteBuffer data(int size) {
        return ByteBuffer.allocate(size);
    }

    @Test
    void refusesWhereNobodyListens() throws Exception {
        same(scene -> {
            ServerSocketChannel listener = scene.listener();
            InetSocketAddress nobody = (InetSocketAddress) listener.getLocalAddress();
            listener.close();
            SocketChannel client = scene.socket();
            scene.note("connect", () -> {
                if (!client.connect(nobody)) {
                    scene.note(client.isConnectionPending());
                    scene.await(client, SelectionKey.OP_CONNECT);
                }
                return client.finishConnect();
            });
            scene.note(client.isOpen());
        });
    }

    @Test
    void sendsAfterTheOtherEndHasEnded() throws Exception {
        same(scene -> {
            Scene.Pair pair = scene.pair();
            write(pair.client(), "question");
            pair.client().shutdownOutput();
            scene.note(scene.read(pair.server()));
            scene.note(scene.read(pair.server()));
            scene.note(scene.read(pair.server()));
            write(pair.server(), "answer");
            pair.server().close();
            scene.note(scene.read(pair.client()));
            scene.note(scene.read(pair.client()));
            scene.note("write", () -> pair.client().write(data(1)));
        });
    }

    @Test
    void resetsWithoutLinger() throws Exception {
        same(scene -> {
            Scene.Pair pair = scene.pair();
            pair.server().setOption(StandardSocketOptions.SO_LINGER, 0);
            pair.server().close();
            scene.note("read", () -> scene.read(pair.client()));
            scene.note("read", () -> scene.read(pair.client()));
            scene.note("write", () -> pair.client().write(data(1)));
        });
    }

    @Test
    void resetsWhenInputIsLeftUnread() throws Exception {
        same(scene -> {
            Scene.Pair pair = scene.pair();
            write(pair.client(), "unread");
            scene.await(pair.server(), SelectionKey.OP_READ);
            pair.server().close();
            scene.note("read", () -> scene.read(pair.client()));
        });
    }

    @Test
    void resetsWhenSomethingComesBehindTheClose() throws Exception {
        same(scene -> {
            Scene.Pair pair = scene.pair();
            pair.server().close();
            scene.note(scene.read(pair.client()));
            write(pair.client(), "too late");
            scene.note("write", () -> {
                int count = 1;
                while (count > 0) { // A moment, until the reset has come.
                    scene.await(pair.client(), SelectionKey.OP_WRITE);
                    count = pair.client().write(data(1));
                }
                return count;
            });
            scene.note(scene.read(pair.client())); // The end came first.
        });
    }

    @Test
    void takesNoMoreThanThereIsRoomFor() throws Exception {
        same(scene -> {
            Scene.Pair pair = scene.pair();
            long written = 0;
            for (int count = 1; count > 0; written += count) {
                count = pair.client().write(data(1 << 20));
            }
            scene.note(written > 1000);
            long read = 0;
            while (read < written) {
                scene.await(pair.server(), SelectionKey.OP_READ);
                read += pair.server().read(data(1 << 20));
            }
            scene.note(read == written);
            scene.await(pair.client(), SelectionKey.OP_WRITE);
            scene.note("write", () -> pair.client().write(data(10)));
        });
    }

    @Test
    void acceptsWhoIsGoneAlready() throws Exception {
        same(scene -> {
            ServerSocketChannel listener = scene.listener();
            SocketChannel client = scene.socket();
            if (!client.connect(listener.getLocalAddress())) {
                scene.await(client, SelectionKey.OP_CONNECT);
                scene.note(client.finishConnect());
            } else {
                scene.note(true);
            }
            write(client, "bye");
            client.close();
            scene.await(listener, SelectionKey.OP_ACCEPT);
            SocketChannel server = scene.keep(listener.accept());
            server.configureBlocking(false);
            scene.note(scene.read(server));
            scene.note(scene.read(server));
            scene.note("accept", listener::accept);
        });
    }

    @Test
    void hasAddresses() throws Exception {
        same(scene -> {
            Scene.Pair pair = scene.pair();
            scene.note(pair.client().getLocalAddress().equals(pair.server().getRemoteAddress()));
            scene.note(pair.server().getLocalAddress().equals(pair.client().getRemoteAddress()));
            scene.note(((InetSocketAddress) pair.client().getLocalAddress()).getAddress());
            SocketChannel bound = scene.socket();
            scene.note("unbound", bound::getLocalAddress);
            scene.note("taken", () -> bound.bind(pair.client().getLocalAddress()));
        });
    }

    @Test
    void bindsToOwnAddressesOnly() throws Exception {
        same(scene -> {
            ServerSocketChannel listener = scene.listener();
            SocketChannel socket = scene.socket();
            InetAddress elsewhere = InetAddress.getByName("203.0.113.1");
            scene.note("elsewhere", () -> socket.bind(new InetSocketAddress(elsewhere, 0)));
            scene.note("taken", () -> socket.bind(listener.getLocalAddress()));
            scene.note(
                    "free", () -> ((InetSocketAddress) socket.bind(loopback(0)).getLocalAddress()).getAddress());
            scene.note("again", () -> socket.bind(loopback(0)));
        });
    }

    @Test
    void throwsWhatTheJdkThrows() throws Exception {
        same(scene -> {
            SocketChannel socket = scene.socket();
            scene.note("read", () -> socket.read(data(1)));
            scene.note("write", () -> socket.write(data(1)));
            scene.note("finish", socket::finishConnect);
            scene.note("end", socket::shutdownOutput);
            scene.note("unresolved", () -> socket.connect(InetSocketAddress.createUnresolved("name.example", 1)));
            scene.note("family", () -> socket.connect(new InetSocketAddress(InetAddress.getByName("2001:db8::1"), 1)));
            Scene.Pair pair = scene.pair();
            scene.note("connect", () -> pair.client().connect(loopback(1)));
            pair.client().shutdownOutput();
            scene.note("write", () -> pair.client().write(data(1)));
            scene.note("nothing", () -> pair.client().read(data(0)));
            pair.client().close();
            scene.note("read", () -> pair.client().read(data(1)));
            scene.note("write", () -> pair.client().write(data(1)));
            scene.note("address", pair.client()::getLocalAddress);
            scene.note("option", () -> pair.client().setOption(StandardSocketOptions.TCP_NODELAY, true));
        });
    }
}
