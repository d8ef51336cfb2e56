package dev.socks5.micrometer;

import dev.socks5.server.Socks5Server;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/** A program that measures a server, and has no client. */
public final class ServerAlone {

    private ServerAlone() {}

    /** Fails if it does not count. */
    public static void main(String[] args) throws IOException {
        Programs.requireMissing("dev.socks5.client.Socks5Client");
        MeterRegistry registry = new SimpleMeterRegistry();
        Socks5ServerMetrics metrics = new Socks5ServerMetrics();
        metrics.bindTo(registry);
        try (Socks5Server server =
                Socks5Server.builder().listen("127.0.0.1", 0).listener(metrics).start()) {
            metrics.watch(server);
            InetSocketAddress address = server.localAddresses().get(0);
            try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
                socket.getOutputStream().write(0);
                Programs.require(socket.getInputStream().read() == -1);
            }
        }
        Programs.require(registry.get("socks5.server.connections.accepted")
                        .functionCounter()
                        .count()
                == 1);
        Programs.require(registry.get("socks5.server.sessions")
                        .tag("reason", "malformed")
                        .timer()
                        .count()
                == 1);
    }
}
