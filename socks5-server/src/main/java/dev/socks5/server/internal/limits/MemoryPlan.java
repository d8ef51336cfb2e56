package dev.socks5.server.internal.limits;

/**
 * What the parts of a server may take of the heap, unless they are told. It leaves about a third to the program around it
 * and to the garbage collector.
 *
 * @param backlog what waits for slow readers, in bytes
 * @param connections how many there may be
 * @param names how many a cache of the resolver's keeps
 * @param bufferSize what each event loop reads into, in bytes; outside the heap, and bounded by the same figure there
 */
public record MemoryPlan(long backlog, int connections, int names, int bufferSize) {

    private static final long MEGABYTE = 1024 * 1024;

    /** What a server takes that does nothing, and the runnable one around it. */
    private static final long BASE = 6 * MEGABYTE;

    /** What a tunnel takes that is idle (3.7 KB), and half as much again for what lies about until the next collection. */
    private static final long PER_CONNECTION = 5632;

    private static final int LEAST_CONNECTIONS = 16;

    /** A name may have 64 addresses, of some 100 bytes each, and all the cache be full of such names. */
    private static final long PER_NAME = 64 * 1024;

    private static final long GREATEST_CACHE = 4096;
    private static final int BACKLOG_PART = 8;
    private static final int BUFFERS_PART = 16;

    /** The longest datagram and its header fit into it. */
    private static final int LEAST_BUFFER = 64 * 1024;

    /** Large enough that the cost of a system call drowns in that of copying. */
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
        long connections = (heap - BASE) / PER_CONNECTION;
        return new MemoryPlan(
                heap / BACKLOG_PART,
                (int) Math.max(LEAST_CONNECTIONS, Math.min(connections, Integer.MAX_VALUE)),
                (int) Math.max(1, Math.min(heap / PER_NAME, GREATEST_CACHE)),
                (int) Math.max(LEAST_BUFFER, Math.min(GREATEST_BUFFER, heap / BUFFERS_PART / loops)));
    }
}
