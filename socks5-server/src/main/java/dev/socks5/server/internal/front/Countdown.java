package dev.socks5.server.internal.front;

import dev.socks5.server.internal.net.Network;

/** Waits, on the time of a network, until several things are done. Safe for use by several threads. */
public final class Countdown {

    private final Network network;
    private int left;

    /** @param count how many things there are */
    public Countdown(Network network, int count) {
        this.network = network;
        this.left = count;
    }

    /** Notes that one of them is done. */
    public synchronized void done() {
        left--;
        if (left == 0) {
            notifyAll();
        }
    }

    /**
     * Waits until all are done.
     *
     * @param deadline by the clock of the network; it may be in the past
     * @return whether all are done
     */
    public synchronized boolean await(long deadline) throws InterruptedException {
        while (left > 0) {
            long nanos = deadline - network.nanoTime();
            if (nanos <= 0) {
                return false;
            }
            network.await(this, nanos);
        }
        return true;
    }
}
