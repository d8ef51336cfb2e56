package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.server.Connector;
import dev.socks5.server.Route;
import dev.socks5.server.Upstream;
import java.net.DatagramSocket;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Datagrams through an upstream, on a way where a filter sends ICMP messages at times. */
class FilteredUpstreamTest {

    @BeforeAll
    static void requireRawSockets() throws Exception {
        PySocksTest.requirePySocks();
        Run run = Run.of(
                List.of(PySocksTest.PYTHON, "-c", "import socket; socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)"));
        if (run.status() != 0) {
            Program.missing("only root may send ICMP messages");
        }
    }

    @Test
    void theAssociationOutlivesThem() throws Exception {
        int relayPort;
        try (DatagramSocket free = new DatagramSocket(0, Loopback.V4)) {
            relayPort = free.getLocalPort();
        }
        try (OurServer upstream = OurServer.with(settings -> settings.relayPorts(relayPort, relayPort));
                OurServer server = OurServer.with(settings -> settings.connector(
                        Connector.always(Route.through(Upstream.parse("socks5://" + upstream.hostAndPort())))));
                UdpEcho echo = UdpEcho.open()) {
            Run run = Run.of(List.of(
                    PySocksTest.PYTHON,
                    "-c",
                    PySocksTest.script("icmp.py"),
                    "" + server.port(),
                    "" + relayPort,
                    "127.0.0.1",
                    "" + echo.port()));

            assertThat(run).isEqualTo(new Run(0, "before\nafter\n", ""));
        }
    }
}
