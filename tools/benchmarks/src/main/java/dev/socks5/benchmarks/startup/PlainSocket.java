package dev.socks5.benchmarks.startup;

import java.io.IOException;
import java.net.Socket;

/** Connects to the origin without a proxy. */
final class PlainSocket {

    private PlainSocket() {}

    /** Takes host and port of the proxy, which it does not use, and of the origin. */
    public static void main(String[] args) throws IOException {
        long start = System.nanoTime();
        try (Socket socket = new Socket(args[2], Integer.parseInt(args[3]))) {
            if (socket.getInputStream().read() != Greeter.GREETING) {
                throw new IOException("not the origin");
            }
        }
        System.out.println(System.nanoTime() - start);
    }
}
