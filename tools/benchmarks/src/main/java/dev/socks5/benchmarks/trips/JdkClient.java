package dev.socks5.benchmarks.trips;

import java.io.IOException;
import java.net.Authenticator;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.Socket;

/** The JDK's own client. Its login comes from the one {@link Authenticator} of the JVM. */
final class JdkClient implements Client {

    JdkClient() {
        Authenticator.setDefault(new Authenticator() {
            @Override
            protected PasswordAuthentication getPasswordAuthentication() {
                return new PasswordAuthentication(Route.USER, Route.PASSWORD.toCharArray());
            }
        });
    }

    @Override
    public String name() {
        return "JDK";
    }

    @Override
    public boolean chains() {
        return false;
    }

    @Override
    public long nanos(Route route) throws IOException {
        long start = System.nanoTime();
        try (Socket socket = new Socket(new Proxy(Proxy.Type.SOCKS, route.firstProxy()))) {
            socket.connect(route.origin(), Math.toIntExact(PATIENCE.toMillis()));
            Origin.talk(socket);
            return System.nanoTime() - start;
        }
    }
}
