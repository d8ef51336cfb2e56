package dev.socks5.server.internal.udp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import dev.socks5.server.CloseReason;
import dev.socks5.server.Loops;
import dev.socks5.server.UdpOrigin;
import dev.socks5.server.internal.net.Egress;
import dev.socks5.server.internal.net.EventLoop;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whose answers are taken where several destinations lead to one address, such as its names. */
@Timeout(60)
class DirectOutletTest {

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private EventLoop loop;
    private DirectOutlet outlet;

    private final class Receiver implements Outlet.Receiver {
        @Override
        public void answered() {}

        @Override
        public void deliver(ByteBuffer datagram, int length) {
            heard.add("delivered " + length);
        }

        @Override
        public void refuse() {
            heard.add("refused");
        }

        @Override
        public void lose() {
            heard.add("lost");
        }

        @Override
        public void abort(CloseReason reason) {
            heard.add("aborted " + reason);
        }
    }

    @BeforeEach
    void start() throws Exception {
        loop = Loops.open();
        loop.start();
        outlet = onLoop(() -> new DirectOutlet(loop, Egress.ANY, new Receiver()));
    }

    @AfterEach
    void stop() throws Exception {
        loop.stop();
        loop.join();
    }

    private <T> T onLoop(Callable<T> work) throws Exception {
        CompletableFuture<T> done = new CompletableFuture<>();
        loop.execute(() -> {
            try {
                done.complete(work.call());
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        });
        return done.get(10, TimeUnit.SECONDS);
    }

    private String answered(UdpOrigin origin) throws Exception {
        origin.answer(new byte[3]);
        return String.valueOf(heard.poll(10, TimeUnit.SECONDS));
    }

    @Test
    void anAddressIsHeardUntilTheLastOfItsWaysIsLetGo() throws Exception {
        try (UdpOrigin origin = new UdpOrigin()) {
            Endpoint target = Endpoint.of(origin.address());
            Outlet.Way first = onLoop(() -> outlet.to(target));
            Outlet.Way second = onLoop(() -> outlet.to(target));
            Outlet.Way third = onLoop(() -> outlet.to(target));
            assertThat(onLoop(() -> second.send(ByteBuffer.allocate(1)))).isTrue();
            origin.take();
            assertThat(answered(origin)).isEqualTo("delivered 3");
            for (Outlet.Way way : new Outlet.Way[] {first, second}) {
                onLoop(() -> {
                    way.release();
                    return true;
                });
                assertThat(answered(origin)).isEqualTo("delivered 3");
            }
            onLoop(() -> {
                third.release();
                return true;
            });
            assertThat(answered(origin)).isEqualTo("refused");
        }
    }
}
