package dev.socks5.server.internal.limits;

/**
 * Divides the heap among the parts of a server that were given no limits. It leaves about a third to the program around
 * it and to the garbage collector.
 *
 * @param backlog the bytes that may wait for slow readers
 * @param connections the greatest number of connections without TLS
 * @param secured the greatest number of connections where clients connect by TLS
 * @param names the number of names that a cache of the resolver's keeps
 * @param bufferSize the size of each event loop's buffer in bytes; outside the heap, which the JVM bounds by the same
 *     figure
 */
public record MemoryPlan(long backlog, int connections, int secured, int names, int bufferSize) {

    private static final long MEGABYTE = 1024 * 1024;

    /** The memory of a server that does nothing, and of the runnable one around it. */
    private static final long BASE = 6 * MEGABYTE;

    /** The memory of an idle tunnel (4.0 KB), and half as much again for garbage until the next collection. */
    private static final long PER_CONNECTION = 6 * 1024;

    /** The same of a tunnel whose client is connected by TLS (9.0 KB on Java 17, 6.6 KB on Java 25). */
    private static final long PER_SECURED = 13 * 1024 + 512;

    private static final int LEAST_CONNECTIONS = 16;

    /** A name may have 64 addresses of some 100 bytes each, and the whole cache may be full of such names. */
    private static final long PER_NAME = 64 * 1024;

    private static final long GREATEST_CACHE = 4096;
    private static final int BACKLOG_PART = 8;
    private static final int BUFFERS_PART = 16;

    /** The longest datagram and its header fit into it. */
    private static final int LEAST_BUFFER = 64 * 1024;

    /** Large enough that a system call costs little beside the copying. */
    public static final int GREATEST_BUFFER = 512 * 1024;

    /**
     * Plans for the heap that this JVM may have.
     *
     * @param loops the number of event loops
     */
    public static MemoryPlan ofThisJvm(int loops) {
        return of(Runtime.getRuntime().maxMemory(), loops);
    }

    /**
     * Plans for a heap.
     *
     * @param heap its greatest size in bytes
     * @param loops the number of event loops
     */
    static MemoryPlan of(long heap, int loops) {
        return new MemoryPlan(
                heap / BACKLOG_PART,
                connections(heap, PER_CONNECTION),
                connections(heap, PER_SECURED),
                (int) Math.max(1, Math.min(heap / PER_NAME, GREATEST_CACHE)),
                (int) Math.max(LEAST_BUFFER, Math.min(GREATEST_BUFFER, heap / BUFFERS_PART / loops)));
    }

    private static int connections(long heap, long each) {
        return (int) Math.max(LEAST_CONNECTIONS, Math.min((heap - BASE) / each, Integer.MAX_VALUE));
    }
}
