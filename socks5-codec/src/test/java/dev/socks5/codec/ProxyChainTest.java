package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyChainTest {

    static final Endpoint FIRST = Endpoint.of("192.0.2.1", 1080);
    static final Endpoint SECOND = Endpoint.of("192.0.2.2", 1082);
    static final Request CONNECT = Request.connect(Endpoint.of("192.0.2.9", 80));
    private static final Request BIND = new Request(Command.BIND, Endpoint.of("192.0.2.9", 80));

    static final String GREETING = "05 01 00";
    static final String NO_LOGIN = "05 00";
    static final String TO_SECOND = "05 01 00 01 C0000202 043A";
    static final String TO_DESTINATION = "05 01 00 01 C0000209 0050";
    static final String GRANTED = "05 00 00 01 C0000207 0050";
    private static final Reply GRANTED_REPLY = Reply.success(Endpoint.of("192.0.2.7", 80));

    /** The hops whose handshakes have begun. */
    private final List<Endpoint> begun = new ArrayList<>();

    private record Proxy(Endpoint endpoint, List<Endpoint> begun) implements ProxyChain.Hop {
        @Override
        public ClientHandshake handshake(Request request, Endpoint destination) {
            begun.add(endpoint);
            return new ClientHandshake(request, Offers.of(null), endpoint);
        }
    }

    private ProxyChain chain(Request request, Endpoint... proxies) {
        return new ProxyChain(
                List.of(proxies).stream().map(proxy -> new Proxy(proxy, begun)).toList(), request);
    }

    @Test
    void oneProxy() throws Socks5Exception {
        ProxyChain chain = chain(CONNECT, FIRST);
        sends(chain, GREETING);
        assertThat(receive(chain, NO_LOGIN)).isEmpty();
        sends(chain, TO_DESTINATION);
        assertThat(receive(chain, GRANTED)).contains(GRANTED_REPLY);
        assertThat(chain.turn()).isEqualTo(Turn.DONE);
        assertThat(chain.isAtLast()).isTrue();
    }

    @Test
    void eachProxyIsAskedForTheNextOneAndTheLastForTheDestination() throws Socks5Exception {
        ProxyChain chain = chain(CONNECT, FIRST, SECOND);
        sends(chain, GREETING);
        receive(chain, NO_LOGIN);
        sends(chain, TO_SECOND);
        assertThat(chain.hop()).isZero();
        assertThat(chain.isAtLast()).isFalse();
        assertThat(receive(chain, GRANTED)).isEmpty();
        assertThat(chain.hop()).isEqualTo(1);
        assertThat(chain.isAtLast()).isTrue();
        sends(chain, GREETING);
        receive(chain, NO_LOGIN);
        sends(chain, TO_DESTINATION);
        assertThat(receive(chain, GRANTED)).contains(GRANTED_REPLY);
        assertThat(chain.turn()).isEqualTo(Turn.DONE);
        assertThat(chain.hop()).isEqualTo(1);
    }

    /** Its login is not asked for before it is needed. */
    @Test
    void aHandshakeBeginsWhenItsProxyIsReached() throws Socks5Exception {
        ProxyChain chain = chain(CONNECT, FIRST, SECOND);
        assertThat(begun).containsExactly(FIRST);
        chain.send();
        receive(chain, NO_LOGIN);
        chain.send();
        assertThat(begun).containsExactly(FIRST);
        receive(chain, GRANTED);
        assertThat(begun).containsExactly(FIRST, SECOND);
    }

    @Test
    void bothRepliesOfABindAreTheLastProxys() throws Socks5Exception {
        ProxyChain chain = chain(BIND, FIRST, SECOND);
        chain.send();
        receive(chain, NO_LOGIN);
        sends(chain, TO_SECOND);
        assertThat(receive(chain, GRANTED)).isEmpty();
        chain.send();
        receive(chain, NO_LOGIN);
        sends(chain, "05 02 00 01 C0000209 0050");
        assertThat(receive(chain, GRANTED)).contains(GRANTED_REPLY);
        assertThat(chain.turn()).isEqualTo(Turn.RECEIVE);
        assertThat(receive(chain, "05 00 00 01 C0000209 0014")).contains(Reply.success(Endpoint.of("192.0.2.9", 20)));
        assertThat(chain.turn()).isEqualTo(Turn.DONE);
    }

    /** The first two bytes of a reply do not say how long it is. */
    @Test
    void theRoomIsWhatIsMissing() throws Socks5Exception {
        ProxyChain chain = chain(CONNECT, FIRST);
        chain.send();
        assertThat(chain.input().remaining()).isEqualTo(2);
        assertThat(chain.input()).isSameAs(chain.input());
        assertThat(chain.input().hasArray()).isTrue();
        chain.input().put((byte) 5);
        assertThat(chain.receive()).isEmpty();
        assertThat(chain.turn()).isEqualTo(Turn.RECEIVE);
        assertThat(chain.input().remaining()).isEqualTo(1);
        chain.input().put((byte) 0);
        chain.receive();
        chain.send();
        assertThat(chain.input().remaining()).isEqualTo(5);
        chain.input().put(Buffers.of("05 00 00 03 02"));
        assertThat(chain.receive()).isEmpty();
        assertThat(chain.input().remaining()).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({"0, 192.0.2.1:1080", "1, 192.0.2.2:1082"})
    void aRefusalEndsTheWalkAtItsProxy(int hop, Endpoint proxy) throws Socks5Exception {
        ProxyChain chain = chain(CONNECT, FIRST, SECOND);
        for (int i = 0; i <= hop; i++) {
            chain.send();
            receive(chain, NO_LOGIN);
            chain.send();
            if (i < hop) {
                receive(chain, GRANTED);
            }
        }
        chain.input();
        assertThatExceptionOfType(RequestRejectedException.class)
                .isThrownBy(() -> receive(chain, "05 05 00 01 00000000 0000"))
                .satisfies(e -> assertThat(e.proxy()).contains(proxy));
        assertThat(chain.hop()).isEqualTo(hop);
        assertThat(chain.turn()).isEqualTo(Turn.FAILED);
        assertThatIllegalStateException().isThrownBy(chain::closed);
    }

    @Test
    void anEndBeforeAnAnswer() throws Socks5Exception {
        ProxyChain chain = chain(CONNECT, FIRST);
        chain.send();
        chain.input();
        assertThat(chain.closed())
                .isInstanceOf(MalformedMessageException.class)
                .hasMessageContaining("instead of selecting a method");
        assertThat(chain.turn()).isEqualTo(Turn.FAILED);
    }

    /** Some servers send no more than that of a failure. */
    @Test
    void anEndBehindTheReplyCode() throws Socks5Exception {
        ProxyChain chain = chain(CONNECT, FIRST);
        chain.send();
        receive(chain, NO_LOGIN);
        chain.send();
        assertThat(receive(chain, "05 04")).isEmpty();
        assertThat(chain.closed())
                .isInstanceOfSatisfying(
                        RequestRejectedException.class,
                        e -> assertThat(e.reply().code()).isEqualTo(ReplyCode.HOST_UNREACHABLE));
    }

    @Test
    void outOfTurn() throws Socks5Exception {
        ProxyChain chain = chain(CONNECT, FIRST);
        assertThatIllegalStateException().isThrownBy(chain::input);
        assertThatIllegalStateException().isThrownBy(chain::receive);
        chain.send();
        assertThatIllegalStateException().isThrownBy(chain::send);
        receive(chain, NO_LOGIN);
        chain.send();
        receive(chain, GRANTED);
        assertThatIllegalStateException().isThrownBy(chain::send);
        assertThatIllegalStateException().isThrownBy(chain::input);
        assertThatIllegalStateException().isThrownBy(chain::receive);
        assertThatIllegalStateException().isThrownBy(chain::closed);
    }

    /** The driver can tell whose login could not be had. */
    @Test
    void aHandshakeThatCannotBeginIsAboutItsProxy() throws Socks5Exception {
        ProxyChain.Hop failing = mock(ProxyChain.Hop.class);
        when(failing.endpoint()).thenReturn(SECOND);
        when(failing.handshake(any(), any())).thenThrow(new IllegalArgumentException("no login"));
        ProxyChain chain = new ProxyChain(List.of(new Proxy(FIRST, begun), failing), CONNECT);
        chain.send();
        receive(chain, NO_LOGIN);
        chain.send();
        assertThatIllegalArgumentException().isThrownBy(() -> receive(chain, GRANTED));
        assertThat(chain.hop()).isEqualTo(1);
        assertThat(chain.isNegotiated()).isFalse();
        assertThat(chain.turn()).isEqualTo(Turn.FAILED);
        assertThat(chain.protection()).isEmpty();
        assertThatIllegalStateException().isThrownBy(chain::closed);
        chain.close();
    }

    @Test
    void eachProxyIsNegotiatedWithAnew() throws Socks5Exception {
        ProxyChain chain = chain(CONNECT, FIRST, SECOND);
        for (String granted : List.of(GRANTED, GRANTED)) {
            chain.send();
            assertThat(chain.isNegotiated()).isFalse();
            receive(chain, NO_LOGIN);
            assertThat(chain.isNegotiated()).isTrue();
            chain.send();
            assertThat(chain.isNegotiated()).isTrue();
            receive(chain, granted);
        }
        assertThat(chain.isNegotiated()).isTrue();
    }

    @Test
    void hopsOfTheCommonKind() throws Socks5Exception {
        PasswordRequest login = PasswordRequest.of("u", "p");
        ProxyChain chain =
                new ProxyChain(List.of(ProxyChain.Hop.of(FIRST, null), ProxyChain.Hop.of(SECOND, login)), CONNECT);
        sends(chain, GREETING);
        receive(chain, NO_LOGIN);
        sends(chain, TO_SECOND);
        receive(chain, GRANTED);
        sends(chain, "05 02 00 02");
        receive(chain, "05 02");
        sends(chain, "01 01 75 01 70");
        assertThatExceptionOfType(AuthenticationFailedException.class)
                .isThrownBy(() -> receive(chain, "01 01"))
                .satisfies(e -> assertThat(e.proxy()).contains(SECOND));
    }

    @Test
    void noProxyAtAll() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ProxyChain(List.of(), CONNECT))
                .withMessage("a chain has at least one proxy");
    }

    static void sends(ProxyChain chain, String hex) throws Socks5Exception {
        assertThat(chain.turn()).isEqualTo(Turn.SEND);
        assertThat(chain.send()).isEqualTo(Buffers.of(hex));
    }

    /** As a socket that has all of it would do. */
    static Optional<Reply> receive(ProxyChain chain, String hex) throws Socks5Exception {
        ByteBuffer arrived = Buffers.of(hex);
        Optional<Reply> reply = Optional.empty();
        while (arrived.hasRemaining()) {
            ByteBuffer input = chain.input();
            int count = Math.min(input.remaining(), arrived.remaining());
            input.put(arrived.slice().limit(count));
            arrived.position(arrived.position() + count);
            reply = chain.receive();
        }
        return reply;
    }
}
