package dev.socks5.conformance.server;

import dev.socks5.conformance.peer.Session;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;

/** Leaves a connection open and does nothing more, until the wrong peer is closed. */
final class Stuck extends IOException {

    private static final long serialVersionUID = 1;

    /** Waits, whatever the client does. */
    static void untilClosed(Session session) {
        CountDownLatch closed = new CountDownLatch(1);
        session.alsoClose(closed::countDown);
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
