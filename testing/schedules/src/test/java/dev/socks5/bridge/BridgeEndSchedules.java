package dev.socks5.bridge;

import static dev.socks5.schedules.Race.require;

import dev.socks5.client.Socks5Client;
import dev.socks5.schedules.Race;
import dev.socks5.schedules.Schedules;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.Test;

/** A bridge that is closed while a connection comes: none is left open. */
class BridgeEndSchedules {

    @Test
    void leavesNoConnectionOpen() {
        Socks5Client client = Socks5Client.builder().proxy("127.0.0.1", 1).build();
        Schedules.exploreUncontrolled(() -> {
            HttpBridge bridge = HttpBridge.open(client);
            InetSocketAddress address = bridge.address();
            try (Socket late = new Socket();
                    Socket later = new Socket()) {
                Race.of(bridge::close, bridge::close, () -> connect(late, address), () -> connect(later, address));
            }
            require(bridge.openSockets() == 0, "sockets are left");
        });
    }

    private static void connect(Socket socket, InetSocketAddress address) {
        try {
            socket.connect(address, 10_000);
            socket.setSoTimeout(10_000);
            // Linux may forget a connection while its listener is closed, and resets it only if something comes.
            socket.getOutputStream().write('G');
            require(socket.getInputStream().read() < 0, "no end");
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the connection was forgotten", e);
        } catch (IOException e) {
            // Refused or reset: it came too late.
        }
    }
}
