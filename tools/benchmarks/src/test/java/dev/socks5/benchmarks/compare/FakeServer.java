package dev.socks5.benchmarks.compare;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process that sends one octet to whoever connects, and may break. */
final class FakeServer {

    private FakeServer() {}

    /** Serves on a port, and for good unless it is said how many connections. */
    public static void main(String... args) throws IOException {
        int connections = args.length > 1 ? Integer.parseInt(args[1]) : Integer.MAX_VALUE;
        try (ServerSocket listener =
                new ServerSocket(Integer.parseInt(args[0]), 50, InetAddress.getByName("127.0.0.1"))) {
            for (int i = 0; i < connections; i++) {
                try (Socket accepted = listener.accept()) {
                    accepted.getOutputStream().write(42);
                }
            }
        }
        System.err.println("worn out");
        System.exit(3);
    }

    static Server named(String name) {
        return new Server(name, (port, folder) -> command(Integer.toString(port)));
    }

    static Server breakingAfter(int connections, String name) {
        return new Server(name, (port, folder) -> command(Integer.toString(port), Integer.toString(connections)));
    }

    /** One that ends at once. */
    static Server broken(String name) {
        return Server.parse(name + "=sh -c 'echo no port like {port}; exit 2'");
    }

    private static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                FakeServer.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }
}
