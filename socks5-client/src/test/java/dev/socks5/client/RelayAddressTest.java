package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.MalformedMessageException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the proxy says of its relay may be of no use here: behind NAT, it only knows its private address. */
@Timeout(60)
class RelayAddressTest {

    /** From 127.0.0.1 the system sends nothing there. */
    private static final String ELSEWHERE = "01 c6 33 64 07";

    private static final Endpoint DESTINATION = Endpoint.of("192.0.2.53", 53);
    private static final byte[] DATA = {42};

    @Test
    void aRelayThatCannotBeReachedIsNamed() throws Exception {
        try (ScriptedRelay relay = new ScriptedRelay(ELSEWHERE);
                Socks5DatagramSocket socket = relay.associate()) {
            assertThatThrownBy(() -> socket.send(DESTINATION, DATA, 0, 1))
                    .isInstanceOf(SocketException.class)
                    .hasMessageStartingWith(
                            "cannot send to the relay 198.51.100.7:%d of the proxy %s from 127.0.0.1: ",
                            relay.port(), Endpoint.of(relay.proxy().address()))
                    .cause()
                    .isInstanceOf(SocketException.class);
            assertThat(socket.isClosed()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ELSEWHERE,
                "01 00 00 00 00",
                "03 03 61 2e 62",
                "04 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01"
            })
    void theProxysOwnAddressTakesItsPlaceIfTheUserSaysSo(String bound) throws Exception {
        try (ScriptedRelay relay = new ScriptedRelay(bound);
                Socks5DatagramSocket socket = relay.proxy()
                        .clientBuilder()
                        .relayAtProxyAddress()
                        .build()
                        .associate()) {
            socket.send(DESTINATION, DATA, 0, 1);
            String header = ScriptedRelay.header("192.0.2.53", 53);
            assertThat(relay.receive()).isEqualTo(header + " 2a");
            relay.send(ScriptedRelay.addressOf(socket), header + " 2b");
            ByteBuffer in = ByteBuffer.allocate(1);
            assertThat(socket.receive(in)).isEqualTo(DESTINATION);
            assertThat(in.get(0)).isEqualTo((byte) 0x2b);
        }
    }

    @Test
    void aPortIsNeededAllTheSame() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.greet(ScriptedProxy.NO_AUTHENTICATION);
            client.readRequest();
            client.send("05 00 00 01 7f 00 00 01 00 00");
            client.awaitEnd();
        })) {
            Socks5Client client = proxy.clientBuilder().relayAtProxyAddress().build();
            assertThatThrownBy(client::associate).isInstanceOf(MalformedMessageException.class);
        }
    }
}
