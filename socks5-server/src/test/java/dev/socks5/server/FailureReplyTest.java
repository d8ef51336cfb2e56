package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the client is told, and that it can hear it. */
@Timeout(60)
class FailureReplyTest {

    private static Socks5ServerBuilder builder() {
        return Socks5Server.builder().listen("127.0.0.1", 0);
    }

    private static RawClient greeted(Socks5Server server) throws IOException {
        return new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
    }

    @Test
    void refused() throws Exception {
        try (Socks5Server server = builder().start();
                RawClient client = greeted(server)) {
            client.send(RawClient.connect(Origin.nobody())).expectFailure(0x05);
        }
    }

    @Test
    void nameNotFound() throws Exception {
        Resolver knowsNothing = name -> {
            throw new UnknownHostException(name);
        };
        try (Socks5Server server = builder().resolver(knowsNothing).start();
                RawClient client = greeted(server)) {
            client.send(RawClient.connect("nowhere.example", 80)).expectFailure(0x04);
        }
    }

    @Test
    void nameWithoutAddress() throws Exception {
        try (Socks5Server server = builder().resolver(name -> List.of()).start();
                RawClient client = greeted(server)) {
            client.send(RawClient.connect("empty.example", 80)).expectFailure(0x04);
        }
    }

    @Test
    void allAddressesDenied() throws Exception {
        Resolver toMetadata = name -> List.of(InetAddress.getByName("169.254.169.254"), InetAddress.getByName("::"));
        try (Socks5Server server = builder().resolver(toMetadata).start();
                RawClient client = greeted(server)) {
            client.send(RawClient.connect("metadata.example", 80)).expectFailure(0x02);
        }
    }

    @Test
    void aResolverThatThrows() throws Exception {
        Resolver broken = name -> {
            throw new IllegalStateException("broken on purpose");
        };
        try (Socks5Server server = builder().resolver(broken).start();
                RawClient client = greeted(server)) {
            client.send(RawClient.connect("any.example", 80)).expectFailure(0x01);
        }
    }

    @Test
    void aRuleThatThrowsRefuses() throws Exception {
        AccessRule broken = request -> {
            throw new IllegalStateException("broken on purpose");
        };
        try (Origin origin = new Origin();
                Socks5Server server = builder().accessRule(broken).start();
                RawClient client = greeted(server)) {
            client.send(RawClient.connect(origin.address())).expectFailure(0x01);
            assertThat(origin.untouched()).isTrue();
        }
    }

    @Test
    void aResolverThatDiesOfAnError() throws Exception {
        Resolver broken = name -> {
            throw new StackOverflowError("broken on purpose");
        };
        try (Socks5Server server = builder().resolver(broken).start();
                RawClient client = greeted(server)) {
            client.send(RawClient.connect("any.example", 80)).expectFailure(0x01);
        }
    }

    @Test
    void anExecutorThatRejects() throws Exception {
        try (Socks5Server server = builder()
                        .executor(task -> {
                            throw new RejectedExecutionException("full on purpose");
                        })
                        .start();
                RawClient client = greeted(server)) {
            client.send(RawClient.connect("any.example", 80)).expectFailure(0x01);
        }
    }

    @Test
    void theReplyIsNotLostToAResetWhenInputWasNotRead() throws Exception {
        try (Socks5Server server = builder().start();
                RawClient client = greeted(server)) {
            byte[] unread = new byte[1 << 20];
            client.send(RawClient.connect(Origin.nobody())).send(unread);
            client.expectFailure(0x05);
        }
    }
}
