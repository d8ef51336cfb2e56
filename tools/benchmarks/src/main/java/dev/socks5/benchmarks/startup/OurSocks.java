package dev.socks5.benchmarks.startup;

import dev.socks5.client.Socks5Client;
import java.io.IOException;
import java.net.Socket;

/** Connects to the origin through the proxy, by our client. */
final class OurSocks {

    private OurSocks() {}

    /** Takes host and port of the proxy, and of the origin. */
    public static void main(String[] args) throws IOException {
        long start = System.nanoTime();
        Socks5Client client =
                Socks5Client.builder().proxy(args[0], Integer.parseInt(args[1])).build();
        try (Socket socket = client.connect(args[2], Integer.parseInt(args[3]))) {
            if (socket.getInputStream().read() != Greeter.GREETING) {
                throw new IOException("not the origin");
            }
        }
        System.out.println(System.nanoTime() - start);
    }
}
