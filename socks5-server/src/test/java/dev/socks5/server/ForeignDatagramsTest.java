package dev.socks5.server;

import java.net.DatagramSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What others send to a relay is not the client's. */
@Timeout(60)
class ForeignDatagramsTest {

    private static final byte[] PING = {'p', 'i', 'n', 'g'};

    @Test
    void theyDoNotUseUpTheBandwidthOfTheClient() throws Exception {
        try (Socks5Server server = Socks5Server.builder()
                        .listen("127.0.0.1", 0)
                        .bandwidthPerConnection(1)
                        .start();
                UdpOrigin origin = new UdpOrigin();
                UdpClient client = new UdpClient(server);
                DatagramSocket stranger = UdpClient.socket("127.0.0.2")) {
            client.sendRaw(stranger, new byte[1_000]); // a quarter of an hour's worth
            client.send(origin.address(), PING);
            origin.expect(PING);
        }
    }
}
