package dev.socks5.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.socks5.codec.DatagramPath;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.UdpHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** The headers of datagrams that have come by several relays. */
class DatagramPathFuzzTest {

    /** Choice: how many relays, none of which is taken for another one. */
    @FuzzTest
    void datagram(byte[] data) throws IOException {
        Input input = Input.of(data, 1);
        List<DatagramPath.Relay> relays = List.of(
                        new DatagramPath.Relay(Endpoint.of("192.0.2.1", 1080), Optional.empty()),
                        new DatagramPath.Relay(Endpoint.of("192.0.2.2", 1081), Optional.empty()),
                        new DatagramPath.Relay(Endpoint.of("relay.example", 1082), Optional.empty()))
                .subList(0, 1 + input.choice(0) % 3);
        DatagramPath path = DatagramPath.of(relays);
        Optional<DatagramPath.Received> received = path.unwrap(ByteBuffer.wrap(input.bytes()));
        if (received.isEmpty()) {
            return;
        }
        // What is taken has the headers of all relays, each without a fragment, and the data whole behind them.
        ByteBuffer in = ByteBuffer.wrap(input.bytes());
        Endpoint source = Endpoint.UNSPECIFIED;
        for (int i = 0; i < relays.size(); i++) {
            if (i > 0) {
                assertThat(source.port()).isEqualTo(relays.get(i).address().port());
            }
            UdpHeader header = UdpHeader.decode(in).orElseThrow();
            assertThat(header.fragment()).isZero();
            source = header.destination();
        }
        assertThat(received.get().source()).isEqualTo(source);
        assertThat(received.get().data()).isEqualTo(in);
        ByteBuffer again = path.wrap(source, in.duplicate());
        assertThat(path.unwrap(again).orElseThrow().source()).isEqualTo(source);
        assertThat(path.unwrap(again.rewind()).orElseThrow().data()).isEqualTo(in);
    }
}
