package dev.socks5.junit;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Knows the addresses of the test proxies that run in this JVM, and the threads that work for them: what goes to a
 * proxy, and what a proxy does itself, is no direct connection.
 */
final class RunningProxies {

    private static final Set<InetSocketAddress> ADDRESSES = ConcurrentHashMap.newKeySet();

    private static final ThreadGroup THREADS = new ThreadGroup("socks5-test-proxies");

    private RunningProxies() {}

    /**
     * Takes note of an address at which clients reach a proxy, by TCP or by datagrams.
     *
     * @param address resolved, never the wildcard address
     */
    static void add(InetSocketAddress address) {
        ADDRESSES.add(address);
    }

    static void remove(InetSocketAddress address) {
        ADDRESSES.remove(address);
    }

    /** Whether a proxy listens at this address. */
    static boolean contains(SocketAddress address) {
        return ADDRESSES.contains(address);
    }

    static boolean contains(InetAddress address, int port) {
        return contains(new InetSocketAddress(address, port));
    }

    /** Whether the current thread works for a proxy: it connects to destinations, or looks their names up. */
    static boolean isCurrentThread() {
        ThreadGroup group = Thread.currentThread().getThreadGroup(); // null once the thread has ended
        return group != null && THREADS.parentOf(group);
    }

    /**
     * Makes a group for the threads of one proxy. What a thread of the group starts is in the group, except virtual
     * threads.
     */
    static ThreadGroup newThreads(String name) {
        return new ThreadGroup(THREADS, name);
    }
}
