package dev.socks5.junit.internal.guard;

import dev.socks5.junit.Socks5TestProxy;
import java.io.IOException;
import java.lang.instrument.Instrumentation;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A program that starts a proxy and is guarded then, to be run in a JVM of its own. */
final class GuardedMain {

    private GuardedMain() {}

    public static void main(String[] arguments) throws IOException {
        Socks5TestProxy.start().close();
        System.out.println("module: " + GuardedMain.class.getModule());
        System.out.println("Byte Buddy before: " + hasByteBuddy());
        try (ServerSocket origin = new ServerSocket(0, 2, InetAddress.getLoopbackAddress())) {
            Guard guard = Guard.open(null, List.of(), any -> false, () -> false);
            System.out.println("connected: " + connects(origin.getLocalPort()));
            guard.close();
            System.out.println("afterwards: " + connects(origin.getLocalPort()));
        }
        askForThisMachine();
    }

    private static boolean connects(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException e) {
            System.out.println("refused: " + e.getMessage());
            return false;
        }
    }

    /** What a look-up of this machine itself leads to, which the JDK makes by itself. */
    private static void askForThisMachine() throws IOException {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        Guard guard = Guard.open(null, List.of(), any -> false, () -> false);
        System.out.println("loopback: " + loopback.getHostName());
        try {
            System.out.println("local host: " + InetAddress.getLocalHost());
        } catch (UnknownHostException e) {
            System.out.println("local host: unknown");
        }
        guard.close();
        System.out.println("findings: " + guard.findings().orElse("none"));
    }

    private static @Nullable Boolean hasByteBuddy() {
        Instrumentation instrumentation = GuardAgent.instrumentation;
        return instrumentation == null
                ? null
                : Stream.of(instrumentation.getAllLoadedClasses())
                        .anyMatch(type -> type.getName().startsWith("net.bytebuddy."));
    }
}
