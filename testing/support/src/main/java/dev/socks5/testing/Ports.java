package dev.socks5.testing;

import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Finds ports for tests that have to name a port before they use it. */
public final class Ports {

    /** Below those that systems give out by themselves: nobody else gets the port meanwhile, also not by chance. */
    private static final int FIRST = 20_000;

    private static final int END = 30_000;
    private static final int ATTEMPTS = 100;

    private Ports() {}

    /**
     * Finds a port that is free on every address. Several JVMs may ask at once: each looks in another place.
     *
     * @return a TCP port
     * @throws IOException if none is found
     */
    public static int free() throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try (ServerSocket probe =
                    new ServerSocket(ThreadLocalRandom.current().nextInt(FIRST, END))) {
                return probe.getLocalPort();
            } catch (BindException e) {
                // Another one.
            }
        }
        throw new BindException("no port is free");
    }
}
