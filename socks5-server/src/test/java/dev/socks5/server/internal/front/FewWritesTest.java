package dev.socks5.server.internal.front;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.PasswordRequest;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.Socks5Exception;
import dev.socks5.server.AccessRequest;
import dev.socks5.server.AccessRule;
import dev.socks5.server.ClientAddress;
import dev.socks5.server.Origin;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.RawClient;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.Socks5ServerListener;
import dev.socks5.server.User;
import dev.socks5.server.Verdict;
import dev.socks5.server.Words;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.Principal;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A handshake that comes in one piece is answered in as few writes as there are waits, and after the server has begun
 * to dial. On the loopback interface, what was written can be read at once: so policies look whether the client has
 * anything yet.
 */
@Timeout(60)
class FewWritesTest {

    private static final String LOGIN = "01 01 75 01 70";

    private final Queue<String> seen = new ConcurrentLinkedQueue<>();

    @SuppressWarnings("NullAway.Init") // Each test sets it first.
    private RawClient client;

    private Socks5ServerBuilder builder() {
        return Socks5Server.builder().listen("127.0.0.1", 0).eventLoops(1);
    }

    private void look(String where) {
        try {
            seen.add(where + " " + client.socket().getInputStream().available());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As much as has come together. */
    private String next() throws IOException {
        byte[] some = new byte[64];
        int count = client.socket().getInputStream().read(some);
        return RawClient.hex(Arrays.copyOf(some, Math.max(0, count)));
    }

    /** Does not block. */
    private PasswordAuthenticator authenticator() {
        return new PasswordAuthenticator() {
            @Override
            public Optional<? extends Principal> authenticate(PasswordRequest login, ClientAddress from) {
                look("authenticator");
                return login.password().equals("p") ? Optional.of(new User("u")) : Optional.empty();
            }

            @Override
            public boolean mayBlock() {
                return false;
            }
        };
    }

    /** Does not block. */
    private AccessRule rule(Verdict verdict) {
        return new AccessRule() {
            @Override
            public Verdict judge(AccessRequest request) {
                look("rule");
                return verdict;
            }

            @Override
            public boolean mayBlock() {
                return false;
            }
        };
    }

    @Test
    void theSelectionAndTheVerdictGoTogetherOnceTheDialHasBegun() throws Exception {
        try (Socks5Server server = builder()
                        .authenticator(authenticator())
                        .accessRule(rule(Verdict.undecided()))
                        .start();
                Origin origin = new Origin();
                RawClient connected = new RawClient(server)) {
            client = connected;
            client.send(RawClient.LOGIN_GREETING + LOGIN + RawClient.connect(origin.address()));
            String first = next();
            assertThat(first).startsWith("05 02 01 00"); // The reply may have come as well by now.
            if (first.length() == 11) {
                client.expectSuccess();
            }
        }
        assertThat(seen).containsExactly("authenticator 0", "rule 0");
    }

    /** Where nothing is waited for there is one write. */
    @Test
    void aRefusalGoesTogetherWithAllBeforeIt() throws Exception {
        Socks5ServerListener listener = new Socks5ServerListener() {
            @Override
            public void requestFailed(SessionInfo session, ReplyCode code, String reason) {
                look("failed");
            }
        };
        try (Socks5Server server = builder()
                        .authenticator(authenticator())
                        .accessRule(rule(Verdict.deny("all")))
                        .listener(listener)
                        .start();
                RawClient connected = new RawClient(server)) {
            client = connected;
            client.send(RawClient.LOGIN_GREETING + LOGIN + "05 01 00 01 7f 00 00 01 00 50");
            assertThat(next()).isEqualTo("05 02 01 00 05 02 00 01 00 00 00 00 00 00");
            client.expectEnd();
        }
        assertThat(seen).containsExactly("authenticator 0", "rule 0", "failed 0");
    }

    @Test
    void soDoTheRepliesOfAnAssociationAndOfABind() throws Exception {
        Socks5ServerListener listener = new Socks5ServerListener() {
            @Override
            public void listening(SessionInfo session, InetSocketAddress local) {
                look("listening");
            }
        };
        try (Socks5Server server =
                builder().authenticator(authenticator()).listener(listener).start()) {
            for (String command : List.of("03 00 01 00 00 00 00 00 00", "02 00 01 7f 00 00 01 00 50")) {
                try (RawClient connected = new RawClient(server)) {
                    client = connected;
                    client.send(RawClient.LOGIN_GREETING + LOGIN + "05 " + command);
                    assertThat(next())
                            .startsWith("05 02 01 00 05 00 00 01 7f 00 00 01")
                            .hasSize(14 * 3 - 1);
                }
            }
        }
        assertThat(seen).containsExactly("authenticator 0", "listening 0", "authenticator 0", "listening 0");
    }

    @Test
    void aFailedLoginGoesTogetherWithTheSelection() throws Exception {
        try (Socks5Server server = builder().authenticator(authenticator()).start();
                RawClient connected = new RawClient(server)) {
            client = connected;
            client.send(RawClient.LOGIN_GREETING + "01 01 75 01 71" + LOGIN);
            assertThat(next()).isEqualTo("05 02 01 01");
            client.expectEnd();
        }
        assertThat(seen).containsExactly("authenticator 0");
    }

    /** A wait is what they go out before: the client sees what there is while somebody else thinks. */
    @Test
    void nothingIsHeldBackForWhatMayBlock() throws Exception {
        CountDownLatch released = new CountDownLatch(1);
        try (Socks5Server server = builder()
                        .authenticator((login, from) -> {
                            released.await();
                            return Optional.of(new User("u"));
                        })
                        .resolver(name -> {
                            look("resolver");
                            return List.of(InetAddress.getByName("127.0.0.1"));
                        })
                        .accessRule(request -> Verdict.allow("all"))
                        .start();
                Origin origin = new Origin();
                RawClient connected = new RawClient(server)) {
            client = connected;
            client.send(RawClient.LOGIN_GREETING + LOGIN + RawClient.connect("a.test", origin.port()));
            assertThat(next()).isEqualTo("05 02");
            released.countDown();
            client.expect("01 00").expectSuccess();
        } finally {
            released.countDown();
        }
        assertThat(seen).hasSize(1);
    }

    /** Each answer of a private method as well, and in order. */
    @Test
    void theAnswersOfATurnGoTogether() throws Exception {
        class Watched extends Words {
            Watched() {
                super(3);
            }

            @Override
            public boolean receive(ByteBuffer in) throws Socks5Exception {
                look("receive");
                return super.receive(in);
            }
        }
        try (Socks5Server server = builder()
                        .method(Words.METHOD, Words.onTheLoop(Watched::new))
                        .start();
                RawClient connected = new RawClient(server)) {
            client = connected;
            client.send(Words.GREETING + "00 00 00 05 09 00 01 7f 00 00 01 00 50");
            assertThat(next()).isEqualTo("05 80 01 02 03 05 07 00 01 00 00 00 00 00 00");
        }
        assertThat(seen).containsExactly("receive 0", "receive 0", "receive 0");
    }
}
