package dev.socks5.client;

/** Threads that wait for something and do not keep the JVM alive. */
final class DaemonThread {

    private DaemonThread() {}

    /** Starts a virtual thread where the JVM has them, else a daemon thread. */
    static void start(Runnable task) {
        try {
            Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
        } catch (ReflectiveOperationException e) {
            // Not there, or a preview (Java 19 and 20) that throws unless it is enabled.
            Thread thread = new Thread(task, "socks5-client");
            thread.setDaemon(true);
            thread.start();
        }
    }
}
