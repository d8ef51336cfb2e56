package dev.socks5.benchmarks.startup;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;

/** Connects to the origin through the proxy, by the JDK's own client. */
final class JdkSocks {

    private JdkSocks() {}

    /** Takes host and port of the proxy, and of the origin. */
    public static void main(String[] args) throws IOException {
        long start = System.nanoTime();
        InetSocketAddress proxy = new InetSocketAddress(args[0], Integer.parseInt(args[1]));
        try (Socket socket = new Socket(new Proxy(Proxy.Type.SOCKS, proxy))) {
            socket.connect(new InetSocketAddress(args[2], Integer.parseInt(args[3])));
            if (socket.getInputStream().read() != Greeter.GREETING) {
                throw new IOException("not the origin");
            }
        }
        System.out.println(System.nanoTime() - start);
    }
}
