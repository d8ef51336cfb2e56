package dev.socks5.codec;

import static dev.socks5.codec.ProxyChainTest.CONNECT;
import static dev.socks5.codec.ProxyChainTest.FIRST;
import static dev.socks5.codec.ProxyChainTest.GRANTED;
import static dev.socks5.codec.ProxyChainTest.SECOND;
import static dev.socks5.codec.ProxyChainTest.TO_SECOND;
import static dev.socks5.codec.ProxyChainTest.receive;
import static dev.socks5.codec.ProxyChainTest.sends;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.socks5.testing.FakeContext;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A walk through a proxy that protects. */
class ProxyChainGssapiTest {

    @Test
    void aMessageOfAMechanismMayBeLongerThanAnyReply() throws Socks5Exception {
        String name = "a".repeat(1000);
        ClientNegotiation negotiation =
                ClientNegotiation.gssapi(FakeContext.initiator("alice"), ProtectionLevel.INTEGRITY, true);
        ProxyChain chain = new ProxyChain(List.of(hop(negotiation)), CONNECT);
        chain.send();
        receive(chain, "05 01");
        chain.send();
        ByteBuffer message = new GssapiMessage.Authentication(GssapiToken.of(name.getBytes(US_ASCII))).encode();
        assertThat(receive(chain, Buffers.hex(message.slice().limit(4)))).isEmpty();
        assertThat(chain.input().remaining()).isEqualTo(1000);
        String rest = Buffers.hex(message.position(4));
        assertThatExceptionOfType(GssapiException.class)
                .isThrownBy(() -> receive(chain, rest))
                .withMessageContaining("the fake mechanism does not know " + name);
    }

    /** It is read in steps, so that no buffer is made for what may never come. */
    @Test
    void aMessageOfAMethodMayBeOfAnyLength() throws Socks5Exception {
        String word = "AB".repeat(20_000);
        ProxyChain chain = new ProxyChain(List.of(hop(Spoken.client(0x80, Spoken.Word.server(word)))), CONNECT);
        chain.send();
        receive(chain, "0580");
        assertThat(chain.input().remaining()).isEqualTo(8192);
        assertThat(receive(chain, word.substring(0, 2 * 8192))).isEmpty();
        assertThat(chain.input().remaining()).isEqualTo(8192);
        assertThat(receive(chain, word.substring(2 * 8192, 2 * 19_999))).isEmpty();
        assertThat(chain.input().remaining()).isEqualTo(1);
        receive(chain, "AB");
        assertThat(chain.turn()).isEqualTo(Turn.SEND);
    }

    @Test
    void theProtectionIsThatOfTheCurrentProxy() throws Socks5Exception {
        ClientNegotiation negotiation =
                ClientNegotiation.gssapi(FakeContext.initiator("alice"), ProtectionLevel.INTEGRITY, true);
        ProxyChain chain = new ProxyChain(List.of(hop(negotiation), ProxyChain.Hop.of(SECOND, null)), CONNECT);
        assertThat(chain.protection()).isEmpty();
        chain.send();
        receive(chain, "05 01");
        chain.send();
        receive(chain, "01 01 0002 6869");
        chain.send();
        assertThat(chain.protection()).isEmpty();
        receive(chain, "01 02 0001 01");
        assertThat(chain.protection().orElseThrow().level()).isEqualTo(ProtectionLevel.INTEGRITY);
        sends(chain, TO_SECOND);
        receive(chain, GRANTED);
        assertThat(chain.hop()).isEqualTo(1);
        assertThat(chain.protection()).isEmpty();
    }

    private static ProxyChain.Hop hop(ClientNegotiation negotiation) {
        return new ProxyChain.Hop() {
            @Override
            public Endpoint endpoint() {
                return FIRST;
            }

            @Override
            public ClientHandshake handshake(Request request, Endpoint destination) {
                return new ClientHandshake(request, List.of(negotiation), FIRST);
            }
        };
    }
}
