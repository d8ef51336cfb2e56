package dev.socks5.server.internal.command;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.server.Origin;
import dev.socks5.server.RawClient;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Deadlines by the real clock, one of each kind: in virtual time, the simulation's tests have all of them. */
@Timeout(60)
class DeadlineTest {

    private static final Duration SHORT = Duration.ofMillis(100);

    private static Socks5ServerBuilder builder() {
        return Socks5Server.builder().listen("127.0.0.1", 0);
    }

    @Test
    void aSilentClientIsHungUpOn() throws Exception {
        try (Socks5Server server = builder().handshakeTimeout(SHORT).start();
                RawClient client = new RawClient(server)) {
            client.expectDropped();
        }
    }

    @Test
    void anIdleTunnelIsResetAtBothEnds() throws Exception {
        try (Origin origin = new Origin();
                Socks5Server server = builder().idleTimeout(SHORT).start();
                RawClient client = new RawClient(server).tunnelTo(origin.address())) {
            Socket behind = origin.take();
            assertThatThrownBy(() -> client.read(1)).isInstanceOf(SocketException.class);
            assertThatThrownBy(() -> behind.getInputStream().read()).isInstanceOf(SocketException.class);
        }
    }
}
