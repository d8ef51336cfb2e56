package dev.socks5.server.internal.front;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.server.AccessRule;
import dev.socks5.server.Origin;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.RawClient;
import dev.socks5.server.Resolver;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.User;
import dev.socks5.server.Verdict;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client that says everything at once and ends its output gets its answer, whatever takes time before that. */
@Timeout(60)
class HalfClosedClientTest {

    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    private static Socks5ServerBuilder builder() {
        return Socks5Server.builder().listen("127.0.0.1", 0).eventLoops(1).torResolve();
    }

    private void takeTime() {
        begun.countDown();
        try {
            release.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Says it, and ends; what takes time goes on only once the server has had a chance to see the end. */
    private void sayAndEnd(Socks5Server server, RawClient client, String everything) throws Exception {
        client.send(everything);
        client.socket().shutdownOutput();
        begun.await();
        for (int i = 0; i < 3; i++) { // Served on the same loop, after whatever was ready before.
            try (RawClient other = new RawClient(server)) {
                other.send("05 01 00").read(2);
            }
        }
        release.countDown();
    }

    private static void assertTunnelled(RawClient client, Origin origin) throws IOException, InterruptedException {
        client.expectSuccess();
        Socket behind = origin.take();
        assertThat(behind.getInputStream().readAllBytes()).isEqualTo(new byte[] {'.', '.'});
        behind.getOutputStream().write('!');
        behind.shutdownOutput();
        assertThat(client.read(1)).isEqualTo(new byte[] {'!'});
        client.expectEnd();
    }

    @Test
    void whileItsLoginIsJudged() throws Exception {
        PasswordAuthenticator slow = (login, from) -> {
            takeTime();
            return Optional.of(new User("u"));
        };
        try (Origin origin = new Origin();
                Socks5Server server = builder().authenticator(slow).start();
                RawClient client = new RawClient(server)) {
            sayAndEnd(server, client, "05 01 02 01 01 75 01 70 " + RawClient.connect(origin.address()) + " 2e 2e");
            client.expect("05 02 01 00");
            assertTunnelled(client, origin);
        }
    }

    @Test
    void whileARuleJudges() throws Exception {
        AccessRule slow = request -> {
            takeTime();
            return Verdict.undecided();
        };
        try (Origin origin = new Origin();
                Socks5Server server = builder().accessRule(slow).start();
                RawClient client = new RawClient(server)) {
            sayAndEnd(server, client, "05 01 00 " + RawClient.connect(origin.address()) + " 2e 2e");
            client.expect("05 00");
            assertTunnelled(client, origin);
        }
    }

    @Test
    void whileANameIsLookedUp() throws Exception {
        Resolver slow = name -> {
            takeTime();
            return List.of(InetAddress.getByName("127.0.0.1"));
        };
        try (Origin origin = new Origin();
                Socks5Server server = builder().resolver(slow).start();
                RawClient client = new RawClient(server)) {
            sayAndEnd(server, client, "05 01 00 " + RawClient.connect("origin.test", origin.port()) + " 2e 2e");
            client.expect("05 00");
            assertTunnelled(client, origin);
        }
    }

    @Test
    void whileTorsLookUpTakesTime() throws Exception {
        Resolver slow = name -> {
            takeTime();
            return List.of(InetAddress.getByName("127.0.0.1"));
        };
        try (Socks5Server server = builder().resolver(slow).start();
                RawClient client = new RawClient(server)) {
            sayAndEnd(server, client, "05 01 00 05 f0 00 03 01 61 00 00");
            client.expect("05 00");
            assertThat(client.readReply()).isEqualTo(new InetSocketAddress("127.0.0.1", 0));
            client.expectEnd();
        }
    }
}
