package dev.socks5.client.internal.async;

import dev.socks5.client.internal.platform.Threads;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.concurrent.ThreadPoolExecutor;

/** The network of this host, by way of the JDK. */
final class SystemNetwork implements Network {

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public SelectorProvider sockets() {
        return SelectorProvider.provider();
    }

    @Override
    public void start(String name, Turns turns) {
        Threads.daemon(name, () -> {
                    while (turns.turn()) {
                        // Another one.
                    }
                })
                .start();
    }

    @Override
    public ThreadPoolExecutor pool(String name, Duration idleLimit) {
        return Threads.pool(name, idleLimit);
    }
}
