package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import java.net.Authenticator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What several proxies are made of, and what can be made of them. */
@Timeout(60)
class SeveralProxiesSetupTest {

    private static final Socks5Client A = builder(1).build();
    private static final Socks5Client B = builder(2).build();
    private static final Socks5Client C = builder(3).build();

    private static Socks5ClientBuilder builder(int port) {
        return Socks5Client.builder().proxy("127.0.0.1", port);
    }

    @Test
    void namesAllProxiesAndNoLogins() {
        Socks5Client withLogin = builder(4).credentials("alice", "secret").build();
        assertThat(Socks5Client.inOrder(A, withLogin)).hasToString("Socks5Client[127.0.0.1:1 or 127.0.0.1:4]");
        assertThat(Socks5Client.inTurn(A.through(B), C))
                .hasToString("Socks5Client[(127.0.0.1:2, 127.0.0.1:1) or 127.0.0.1:3]");
        assertThat(Socks5Client.inOrder(A)).hasToString("Socks5Client[127.0.0.1:1]");
    }

    @Test
    void mayTakeAsLongAsAllOfThem() {
        assertThat(Socks5Client.inOrder(
                                A,
                                builder(2).connectTimeout(Duration.ofSeconds(5)).build())
                        .connectTimeout())
                .isEqualTo(Duration.ofSeconds(35));
        Duration longest = Duration.ofMillis(Integer.MAX_VALUE);
        Socks5Client patient = builder(1).connectTimeout(longest).build();
        assertThat(Socks5Client.inTurn(patient, patient).connectTimeout()).isEqualTo(longest);
    }

    @Test
    void severalInTheSameOrderJoinOneByOne() {
        assertThat(Socks5Client.inOrder(Socks5Client.inOrder(A, B), C))
                .hasToString("Socks5Client[127.0.0.1:1 or 127.0.0.1:2 or 127.0.0.1:3]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Socks5Client.inOrder(A, Socks5Client.inTurn(B, C)))
                .withMessageContaining("cannot be members");
        assertThatIllegalArgumentException().isThrownBy(() -> Socks5Client.inTurn(Socks5Client.inOrder(B, C)));
    }

    @Test
    void onlyTheFirstSaysWhatADestinationIs() {
        Socks5Client direct = builder(1).direct(destination -> true).build();
        Socks5Client names = builder(1).addressesStandForNames().build();
        assertThat(Socks5Client.inOrder(direct, A)).isNotNull();
        assertThat(Socks5Client.inOrder(names, A, names)).isNotNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Socks5Client.inTurn(A, B, direct))
                .withMessage("the first of several proxies alone says which destinations go direct, and 127.0.0.1:1"
                        + " does, too");
        assertThatIllegalArgumentException().isThrownBy(() -> Socks5Client.inOrder(A, Socks5Client.inOrder(direct, B)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Socks5Client.inOrder(A, names))
                .withMessageContaining("addresses stand for names");
    }

    @Test
    @SuppressWarnings("NullAway")
    void aMemberMustNotBeNull() {
        assertThatNullPointerException()
                .isThrownBy(() -> Socks5Client.inOrder(A, (Socks5Client) null))
                .withMessage("next");
    }

    @Test
    void goesThroughOthersInEveryCombination() {
        Socks5Client inOrder = Socks5Client.inOrder(A, B);
        assertThat(inOrder.through(C))
                .hasToString("Socks5Client[(127.0.0.1:3, 127.0.0.1:1) or (127.0.0.1:3, 127.0.0.1:2)]");
        assertThat(C.through(inOrder))
                .hasToString("Socks5Client[(127.0.0.1:1, 127.0.0.1:3) or (127.0.0.1:2, 127.0.0.1:3)]");
        assertThat(Socks5Client.inOrder(A, B).through(Socks5Client.inOrder(C)))
                .hasToString("Socks5Client[(127.0.0.1:3, 127.0.0.1:1) or (127.0.0.1:3, 127.0.0.1:2)]");
        assertThat(inOrder.through(inOrder).toString().split(" or ", -1)).hasSize(4);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> inOrder.through(Socks5Client.inTurn(A, B)))
                .withMessage("proxies in order and proxies in turn do not go behind each other");
    }

    /** The client that is used says it, however many proxies it goes through. */
    @Test
    void keepsWhatGoesDirectBehindOthers() throws Exception {
        try (Member a = new Member(Member.SERVES);
                Member b = new Member(Member.HANGS_UP);
                Socket origin = new Socket()) {
            origin.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Socks5Client direct = builder(1)
                    .direct(Endpoint.of("127.0.0.1", origin.getLocalPort())::equals)
                    .build();
            for (Socks5Client client : List.of(
                    direct.through(Socks5Client.inOrder(b.client(), a.client())),
                    Socks5Client.inOrder(direct, B).through(a.client()))) {
                assertThatThrownBy(() -> client.connect("127.0.0.1", origin.getLocalPort()))
                        .hasMessage("Connection refused");
                assertThat(a.met() + b.met()).isZero();
            }
        }
    }

    @Test
    void aChainWhoseFirstProxyFailsGoesByTheNext() throws Exception {
        try (Member a = new Member(Member.HANGS_UP);
                Member b = new Member(Member.replies(ReplyCode.HOST_UNREACHABLE));
                Member c = new Member(Member.SERVES)) {
            Socks5Client last = builder(9).sendAhead().build();
            Socks5Client client = last.through(Socks5Client.inOrder(a.client(), b.client(), c.client()));
            assertThatThrownBy(() -> client.connect("example.com", 80)).hasMessageStartingWith("none of 3 proxies");
            assertThat(List.of(a.met(), b.met(), c.met())).containsExactly(1, 1, 1);
        }
    }

    @Test
    void theJdkGetsAllProxiesAndAllLogins() throws Exception {
        Socks5Client alice = builder(4).credentials("alice", "secret").build();
        Socks5Client bob = builder(5)
                .credentials("bob", "terces")
                .direct(destination -> destination.port() == 7)
                .build();
        Socks5Client client = Socks5Client.inOrder(bob, alice);
        assertThat(client.proxySelector().select(URI.create("socket://example.com:80")))
                .extracting(Proxy::address)
                .containsExactly(new InetSocketAddress("127.0.0.1", 5), new InetSocketAddress("127.0.0.1", 4));
        assertThat(client.proxySelector().select(URI.create("socket://example.com:7")))
                .containsExactly(Proxy.NO_PROXY);
        Authenticator authenticator = client.authenticator(null);
        for (String user : Arrays.asList("alice", "bob")) {
            PasswordAuthentication login = authenticator.requestPasswordAuthenticationInstance(
                    "127.0.0.1",
                    InetAddress.getByName("127.0.0.1"),
                    user.equals("alice") ? 4 : 5,
                    "SOCKS5",
                    "",
                    null,
                    null,
                    Authenticator.RequestorType.SERVER);
            assertThat(login.getUserName()).isEqualTo(user);
        }
        assertThatThrownBy(() -> Socks5Client.inOrder(A, B.through(C)).proxySelector())
                .isInstanceOf(UnsupportedOperationException.class);
    }
}
