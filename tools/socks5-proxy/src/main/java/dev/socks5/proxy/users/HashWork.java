package dev.socks5.proxy.users;

import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Keeps half of the processors free of hashes: whoever sends wrong passwords slows down other logins, but no tunnel. */
final class HashWork {

    /** As long as a handshake may take: who has waited for so long is no longer there. */
    private static final long PATIENCE_SECONDS = 10;

    private static final Semaphore TURNS =
            new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2), true);

    private HashWork() {}

    /** Does work when it has its turn; returns {@code false} if that does not come. */
    static boolean inTurn(Callable<Boolean> work) throws Exception {
        if (!TURNS.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            return false;
        }
        try {
            return work.call();
        } finally {
            TURNS.release();
        }
    }
}
