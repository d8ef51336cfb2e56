package com.example.consumer;

import dev.socks5.client.Socks5Client;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.Socks5Server;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;

/** Sends a byte through a server and a client of this process, and says which modules did it. */
public final class RoundTrip {

    private RoundTrip() {}

    /**
     * Prints one line, or fails.
     *
     * @param args none
     * @throws IOException if the byte does not arrive
     */
    public static void main(String[] args) throws IOException {
        try (Socks5Server server = server();
                ServerSocket origin = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket near = client(server).connect("origin.test", origin.getLocalPort());
                Socket far = origin.accept()) {
            near.getOutputStream().write(42);
            if (far.getInputStream().read() != 42) {
                throw new IOException("another byte has arrived");
            }
            System.out.println(
                    "passed through " + Socks5Client.class.getModule() + " and " + Socks5Server.class.getModule()
                            + " on Java " + Runtime.version().feature());
        }
    }

    static Socks5Server server() throws IOException {
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .authenticator(PasswordAuthenticator.of(Map.of("alice", "secret")))
                .resolver(name -> List.of(InetAddress.getLoopbackAddress()))
                .start();
    }

    static Socks5Client client(Socks5Server server) {
        return Socks5Client.builder()
                .proxy(server.localAddresses().get(0))
                .credentials("alice", "secret")
                .build();
    }
}
