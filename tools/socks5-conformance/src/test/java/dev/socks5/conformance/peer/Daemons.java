package dev.socks5.conformance.peer;

/** Makes the threads of the test peers. */
final class Daemons {

    private static final int STACK = 256 * 1024;

    private Daemons() {}

    /** Makes a thread that does not keep the JVM from ending, with a small stack, because there are many. */
    static Thread thread(Runnable what) {
        Thread thread = new Thread(null, what, "test-peer", STACK);
        thread.setDaemon(true);
        return thread;
    }
}
