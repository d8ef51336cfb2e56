package dev.socks5.codec;

import static dev.socks5.codec.ProxyChainTest.CONNECT;
import static dev.socks5.codec.ProxyChainTest.FIRST;
import static dev.socks5.codec.ProxyChainTest.GRANTED;
import static dev.socks5.codec.ProxyChainTest.SECOND;
import static dev.socks5.codec.ProxyChainTest.receive;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.Spoken.Word;
import dev.socks5.testing.FakeContext;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Early data, and how a walk ends that fails or is given up. */
class ProxyChainEndTest {

    private static final String GREETING = "050180";
    private static final String REQUEST = "05010001C00002090050";

    /** A proxy of a private method. */
    private record Proxy(Endpoint endpoint, SendAhead sendAhead, List<ClientNegotiation> offers)
            implements ProxyChain.Hop {
        @Override
        public ClientHandshake handshake(Request request, Endpoint destination) {
            return new ClientHandshake(request, offers, endpoint);
        }
    }

    private final Spoken first =
            Spoken.client(0x80, Word.client("01"), Word.server("02")).verdict();
    private final Spoken second =
            Spoken.client(0x80, Word.client("01"), Word.server("02")).verdict();

    private ProxyChain chain(SendAhead ahead) {
        return new ProxyChain(
                List.of(new Proxy(FIRST, ahead, List.of(first)), new Proxy(SECOND, ahead, List.of(second))), CONNECT);
    }

    private static ProxyChain alone(Spoken method, SendAhead ahead, ByteBuffer earlyData) {
        return new ProxyChain(List.of(new Proxy(FIRST, ahead, List.of(method))), CONNECT, earlyData);
    }

    @ParameterizedTest
    @EnumSource
    void earlyDataIsSentOnce(Buffers kind) throws Socks5Exception {
        for (SendAhead ahead : SendAhead.values()) {
            ByteBuffer data = kind.holding(Buffers.octets("CAFE"));
            Buffers.Snapshot before = Buffers.Snapshot.of(data);
            Spoken method =
                    Spoken.client(0x80, Word.client("01"), Word.server("02")).verdict();
            ProxyChain chain = alone(method, ahead, data);
            StringBuilder sent = new StringBuilder();
            for (String answer : List.of("0580", "02", GRANTED)) {
                if (chain.turn() == Turn.SEND) {
                    sent.append(Buffers.hex(chain.send()));
                }
                receive(chain, answer);
            }
            assertThat(chain.turn()).isEqualTo(Turn.DONE);
            assertThat(sent).hasToString(GREETING + "01" + REQUEST + "CAFE");
            assertThat(Buffers.Snapshot.of(data)).isEqualTo(before);
        }
    }

    @Test
    void earlyDataHasALimit() throws Socks5Exception {
        byte[] most = new byte[16_384];
        Arrays.fill(most, (byte) 7);
        ProxyChain chain = alone(Spoken.client(0x80), SendAhead.ALL_BUT_LOGINS, ByteBuffer.wrap(most));
        ByteBuffer flight = chain.send();
        assertThat(flight.remaining()).isEqualTo(3 + 10 + 16_384);
        assertThat(flight.position(13)).isEqualTo(ByteBuffer.wrap(most));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> alone(first, SendAhead.ALL, ByteBuffer.allocate(16_385)))
                .withMessage("early data has at most 16384 bytes, not 16385");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ProxyChain(List.of(), CONNECT, ByteBuffer.allocate(1)))
                .withMessage("a chain has at least one proxy");
    }

    /** Where there is no tunnel, or not yet, there is nobody to take it. */
    @Test
    void earlyDataIsForTunnels() {
        List<Proxy> hops = List.of(new Proxy(FIRST, SendAhead.ALL, List.of(first)));
        Request associate = new Request(Command.UDP_ASSOCIATE, Endpoint.UNSPECIFIED);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ProxyChain(hops, associate, ByteBuffer.allocate(1)))
                .withMessageStartingWith("early data goes with a CONNECT, and not with ");
        assertThat(new ProxyChain(hops, associate, ByteBuffer.allocate(0)).turn())
                .isEqualTo(Turn.SEND);
    }

    /** The driver protects all that it is given from when there is a protection: early data never goes before that. */
    @Test
    void earlyDataGoesWithTheRequestThatIsProtected() throws Socks5Exception {
        for (SendAhead ahead : SendAhead.values()) {
            Protection protection = new GssapiProtection(FakeContext.initiator("a"), ProtectionLevel.INTEGRITY);
            Spoken method =
                    Spoken.client(0x80, Word.client("01"), Word.server("02")).protects(protection);
            ProxyChain chain = alone(method, ahead, Buffers.of("CAFE"));
            assertThat(Buffers.hex(chain.send())).isEqualTo(GREETING + (ahead == SendAhead.ALL ? "01" : ""));
            receive(chain, "0580");
            if (ahead != SendAhead.ALL) {
                assertThat(chain.send()).isEqualTo(Buffers.of("01"));
            }
            assertThat(chain.protection()).isEmpty();
            receive(chain, "02");
            assertThat(chain.protection()).containsSame(protection);
            assertThat(Buffers.hex(chain.send())).isEqualTo(REQUEST + "CAFE");
        }
    }

    @Test
    void aLoginThatFailsSendsNoEarlyData() throws Socks5Exception {
        Spoken method = Spoken.client(0x80, Word.client("01"), Word.server("02"))
                .failsAt(1, new AuthenticationFailedException("no", 1));
        ProxyChain chain = alone(method, SendAhead.NOTHING, Buffers.of("CAFE"));
        assertThat(chain.send()).isEqualTo(Buffers.of(GREETING));
        receive(chain, "0580");
        assertThat(chain.send()).isEqualTo(Buffers.of("01"));
        assertThatExceptionOfType(AuthenticationFailedException.class).isThrownBy(() -> receive(chain, "02"));
        assertThat(chain.turn()).isEqualTo(Turn.FAILED);
        assertThat(method.closed()).isPositive();
    }

    /** Also those behind the proxy that has failed, which had begun ahead of its answers. */
    @Test
    void aRefusalEndsAllNegotiations() throws Socks5Exception {
        ProxyChain chain = chain(SendAhead.ALL);
        chain.send();
        assertThatExceptionOfType(NoAcceptableMethodException.class).isThrownBy(() -> receive(chain, "05FF"));
        assertThat(first.closed()).isPositive();
        assertThat(second.said()).isEqualTo(1);
        assertThat(second.closed()).isPositive();
    }

    @Test
    void anEndOfTheConnectionEndsAllNegotiations() throws Socks5Exception {
        ProxyChain chain = chain(SendAhead.ALL);
        chain.send();
        assertThat(chain.closed()).isInstanceOf(MalformedMessageException.class);
        assertThat(first.closed()).isPositive();
        assertThat(second.closed()).isPositive();
    }

    @Test
    void givingUpEndsAllNegotiations() throws Exception {
        try (ProxyChain chain = chain(SendAhead.ALL)) {
            chain.send();
        }
        assertThat(first.closed()).isEqualTo(1);
        assertThat(second.closed()).isEqualTo(1);
    }

    @Test
    void callsOutOfTurnEndNothing() throws Socks5Exception {
        ProxyChain chain = chain(SendAhead.ALL);
        assertThatIllegalStateException().isThrownBy(chain::receive);
        chain.send();
        assertThatIllegalStateException().isThrownBy(chain::send);
        assertThat(first.closed()).isZero();
        assertThat(second.closed()).isZero();
        receive(chain, "0580 02" + GRANTED + "0580 02" + GRANTED);
        assertThat(chain.turn()).isEqualTo(Turn.DONE);
    }

    /** What it gives up over is not said to anybody, and the walk is over. */
    @Test
    void aMethodThatCannotGoOnEndsAllNegotiations() {
        second.failsAt(0, new GssapiException("no ticket", null));
        ProxyChain chain = chain(SendAhead.ALL);
        assertThatExceptionOfType(GssapiException.class)
                .isThrownBy(chain::send)
                .satisfies(e -> assertThat(e.proxy()).contains(SECOND));
        assertThat(chain.turn()).isEqualTo(Turn.FAILED);
        assertThatIllegalStateException().isThrownBy(chain::send);
        assertThatIllegalStateException().isThrownBy(chain::input);
        assertThat(first.closed()).isPositive();
        assertThat(second.closed()).isPositive();
    }

    @Test
    void aMethodThatBreaksEndsAllNegotiations() throws Socks5Exception {
        IllegalStateException failure = new IllegalStateException("broken");
        first.failsAt(1, failure);
        ProxyChain chain = chain(SendAhead.ALL);
        chain.send();
        receive(chain, "0580");
        assertThatThrownBy(() -> receive(chain, "02")).isSameAs(failure);
        assertThat(chain.turn()).isEqualTo(Turn.FAILED);
        assertThat(first.closed()).isPositive();
        assertThat(second.closed()).isPositive();
    }

    /** Its login cannot be had, for example. */
    @Test
    void aProxyThatCannotBeginEndsAllNegotiations() throws Socks5Exception {
        for (SendAhead ahead : List.of(SendAhead.NOTHING, SendAhead.ALL)) {
            Spoken before = Spoken.client(0x80)
                    .protects(new GssapiProtection(FakeContext.initiator("a"), ProtectionLevel.INTEGRITY));
            Spoken method = ahead == SendAhead.ALL ? first : before;
            ProxyChain chain = new ProxyChain(
                    List.of(new Proxy(FIRST, ahead, List.of(method)), new Proxy(SECOND, ahead, List.of())), CONNECT);
            assertThatIllegalArgumentException().isThrownBy(() -> {
                chain.send();
                receive(chain, "0580");
                chain.send();
                receive(chain, GRANTED);
            });
            assertThat(chain.turn()).isEqualTo(Turn.FAILED);
            assertThat(method.closed()).isPositive();
        }
    }
}
