package dev.socks5.server.internal.udp;

import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.UdpClient;
import dev.socks5.server.UdpOrigin;
import java.net.DatagramSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Associations that are held back. */
@Timeout(60)
class DatagramPauseTest {

    private static final byte[] FIRST = new byte[300];
    private static final byte[] SECOND = new byte[10];

    private static Socks5ServerBuilder builder() {
        return Socks5Server.builder().listen("127.0.0.1", 0);
    }

    /** What it sends is worth a pause of a second and a half, three times the idle limit. */
    @Test
    void anAssociationThatPausesIsNotIdle() throws Exception {
        try (Socks5Server server = builder()
                        .bandwidthPerConnection(200)
                        .idleTimeout(Duration.ofMillis(400))
                        .start();
                UdpOrigin origin = new UdpOrigin();
                UdpClient client = new UdpClient(server)) {
            client.send(origin.address(), FIRST).send(origin.address(), SECOND);
            origin.expect(FIRST);
            origin.expect(SECOND);
        }
    }

    /** If it were charged, nothing would be taken from the client for minutes. */
    @Test
    void whatStrangersSendIsNotChargedToTheClient() throws Exception {
        try (Socks5Server server = builder().bandwidthPerConnection(1).start();
                UdpOrigin origin = new UdpOrigin();
                UdpClient client = new UdpClient(server);
                DatagramSocket stranger = UdpClient.socket("127.0.0.2")) {
            client.sendRaw(stranger, FIRST);
            client.send(origin.address(), SECOND).send(origin.address(), SECOND);
            origin.expect(SECOND);
            origin.expect(SECOND); // If there were a debt, the first of them would have begun a pause.
        }
    }
}
