package dev.socks5.simulation.network;

import static dev.socks5.simulation.network.Scene.same;
import static dev.socks5.simulation.network.Scene.write;

import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A simulated selector does what one of this host does. */
@SuppressWarnings("ReferenceEquality") // It is about which key it is.
class SelectorSemanticsTest {

    @Test
    void keepsACancelledKeyUntilTheNextSelection() throws Exception {
        same(scene -> {
            Selector selector = scene.selector();
            SocketChannel client = scene.pair().client();
            SelectionKey key = client.register(selector, SelectionKey.OP_READ, "attached");
            scene.note(key.attachment());
            scene.note(client.keyFor(selector) == key);
            key.cancel();
            scene.note(key.isValid());
            scene.note(selector.keys().size());
            scene.note(client.isRegistered());
            scene.note("interest", key::interestOps);
            scene.note("register", () -> client.register(selector, 0));
            selector.selectNow();
            scene.note(selector.keys().size());
            scene.note(client.isRegistered());
            scene.note(client.isOpen());
            scene.note(client.register(selector, 0).interestOps());
        });
    }

    @Test
    void changesAKeyThatIsThere() throws Exception {
        same(scene -> {
            Selector selector = scene.selector();
            SocketChannel client = scene.pair().client();
            SelectionKey key = client.register(selector, SelectionKey.OP_CONNECT, "one");
            scene.note(client.register(selector, SelectionKey.OP_WRITE, "two") == key);
            scene.note(key.attachment());
            scene.note(key.interestOps());
            scene.note("operation", () -> key.interestOps(SelectionKey.OP_ACCEPT));
            scene.note(selector.selectNow(ready -> scene.note(ready.readyOps())));
        });
    }

    @Test
    void namesAChannelForAsLongAsItIsReadyAndWaitedFor() throws Exception {
        same(scene -> {
            Selector selector = scene.selector();
            Scene.Pair pair = scene.pair();
            SelectionKey key = pair.server().register(selector, SelectionKey.OP_READ);
            scene.note(selector.selectNow(ready -> {}));
            write(pair.client(), "there");
            scene.note(selector.select(ready -> scene.note(ready.readyOps()), 10_000));
            scene.note(selector.selectNow(ready -> scene.note(ready.readyOps())));
            key.interestOps(0);
            scene.note(selector.selectNow(ready -> scene.note("not waited for")));
            key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            scene.note(selector.selectNow(ready -> scene.note(ready.readyOps())));
            key.interestOps(SelectionKey.OP_READ);
            pair.server().read(ByteBuffer.allocate(100));
            scene.note(selector.selectNow(ready -> scene.note("read already")));
        });
    }

    @Test
    void isReadyForAllThatItWaitsForOnceItIsReset() throws Exception {
        same(scene -> {
            Selector selector = scene.selector();
            Scene.Pair pair = scene.pair();
            SelectionKey key = pair.server().register(selector, SelectionKey.OP_READ);
            pair.client().setOption(StandardSocketOptions.SO_LINGER, 0);
            pair.client().close();
            scene.note(selector.select(ready -> scene.note(ready.readyOps()), 10_000));
            key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            scene.note(selector.selectNow(ready -> scene.note(ready.readyOps())));
        });
    }

    @Test
    void doesNotWaitOnceItIsWoken() throws Exception {
        same(scene -> {
            Selector selector = scene.selector();
            selector.wakeup().wakeup();
            scene.note(selector.select());
            scene.note(selector.select(1));
            selector.wakeup();
            scene.note(selector.selectNow());
            scene.note(selector.select(1));
        });
    }

    @Test
    void closesARegisteredSocketAtTheNextSelection() throws Exception {
        same(scene -> {
            Selector selector = scene.selector();
            Scene.Pair pair = scene.pair();
            pair.server().register(selector, SelectionKey.OP_READ);
            pair.server().close();
            scene.note(scene.read(pair.client())); // Its output has ended.
            write(pair.client(), "nobody answers that with a reset yet");
            scene.await(pair.client(), SelectionKey.OP_WRITE);
            write(pair.client(), "nor that");
            selector.selectNow();
            scene.note("write", () -> {
                while (true) {
                    scene.await(pair.client(), SelectionKey.OP_WRITE);
                    pair.client().write(ByteBuffer.allocate(1));
                }
            });
        });
    }

    @Test
    void resetsARegisteredSocketAtTheNextSelection() throws Exception {
        same(scene -> {
            Selector selector = scene.selector();
            Scene.Pair pair = scene.pair();
            pair.server().register(selector, SelectionKey.OP_READ);
            pair.server().setOption(StandardSocketOptions.SO_LINGER, 0);
            pair.server().close();
            Selector clients = scene.selector();
            pair.client().register(clients, SelectionKey.OP_READ);
            scene.note(clients.select(20));
            clients.close();
            selector.selectNow();
            scene.note("read", () -> scene.read(pair.client()));
        });
    }

    @Test
    void listensUntilTheNextSelectionThoughClosed() throws Exception {
        same(scene -> {
            Selector selector = scene.selector();
            ServerSocketChannel listener = scene.listener();
            var address = listener.getLocalAddress();
            listener.register(selector, SelectionKey.OP_ACCEPT);
            listener.close();
            scene.note("bind", () -> scene.socket().bind(address));
            SocketChannel client = scene.socket();
            scene.note("connect", () -> {
                if (!client.connect(address)) {
                    scene.await(client, SelectionKey.OP_CONNECT);
                }
                return client.finishConnect();
            });
            selector.selectNow();
            scene.note("read", () -> scene.read(client));
        });
    }

    @Test
    void movesToAnotherSelector() throws Exception {
        same(scene -> {
            Selector before = scene.selector();
            Selector next = scene.selector();
            Scene.Pair pair = scene.pair();
            pair.server().register(before, SelectionKey.OP_READ);
            pair.server().register(next, SelectionKey.OP_READ, "copy");
            before.close();
            scene.note(pair.server().keyFor(next).attachment());
            scene.note(pair.server().isOpen());
            write(pair.client(), "there");
            scene.note(next.select(ready -> scene.note(ready.attachment()), 10_000));
            scene.note("select", before::selectNow);
            scene.note("register", () -> pair.client().register(before, 0));
        });
    }

    @Test
    void namesAChannelThatAnotherHasClosed() throws Exception {
        same(scene -> {
            Selector selector = scene.selector();
            List<SocketChannel> both = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                SocketChannel channel = scene.pair().client();
                channel.register(selector, SelectionKey.OP_WRITE);
                both.add(channel);
            }
            int count = selector.selectNow(ready -> {
                for (SocketChannel channel : both) {
                    scene.note("close", () -> {
                        channel.close();
                        return channel.isRegistered();
                    });
                }
                scene.note(ready.isValid());
            });
            scene.note(count);
        });
    }
}
