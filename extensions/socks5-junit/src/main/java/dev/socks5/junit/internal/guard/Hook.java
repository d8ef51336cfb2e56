package dev.socks5.junit.internal.guard;

import java.util.ArrayList;
import java.util.List;

/**
 * A method that asks the guard first. Hooks of one method that differ in the descriptor are those of several versions:
 * a class must have one of them.
 *
 * @param owner the internal name of its class; for a library, which may be relocated, the end of it
 * @param host which argument says where to
 * @param port which argument is the port, or -1
 */
record Hook(String owner, String method, String descriptor, Kind kind, int host, int port) {

    private static final int NONE = -1;

    private static final String NETTY_SOCKET = "io/netty/channel/unix/Socket";
    private static final String NETTY_EPOLL_DATAGRAMS = "io/netty/channel/epoll/EpollDatagramChannel";

    /** The methods of the JDK that all others come through, in 17 and in 25. */
    static final List<Hook> JDK = List.of(
            new Hook(
                    "sun/nio/ch/Net",
                    "connect",
                    "(Ljava/net/ProtocolFamily;Ljava/io/FileDescriptor;Ljava/net/InetAddress;I)I",
                    Kind.CONNECT,
                    2,
                    3),
            new Hook(
                    "sun/nio/ch/UnixDomainSockets",
                    "connect",
                    "(Ljava/io/FileDescriptor;Ljava/nio/file/Path;)I",
                    Kind.CONNECT,
                    1,
                    NONE),
            new Hook(
                    "sun/nio/ch/DatagramChannelImpl",
                    "send",
                    "(Ljava/io/FileDescriptor;Ljava/nio/ByteBuffer;Ljava/net/InetSocketAddress;)I",
                    Kind.DATAGRAM,
                    2,
                    NONE),
            new Hook(
                    "java/net/InetAddress",
                    "getAllByName0",
                    "(Ljava/lang/String;Ljava/net/InetAddress;ZZ)[Ljava/net/InetAddress;",
                    Kind.LOOKUP,
                    0,
                    NONE),
            new Hook(
                    "java/net/InetAddress",
                    "getAllByName0",
                    "(Ljava/lang/String;Z)[Ljava/net/InetAddress;",
                    Kind.LOOKUP,
                    0,
                    NONE),
            new Hook(
                    "java/net/InetAddress",
                    "getHostFromNameService",
                    "(Ljava/net/InetAddress;Z)Ljava/lang/String;",
                    Kind.REVERSE_LOOKUP,
                    0,
                    NONE),
            new Hook(
                    "java/net/InetAddress",
                    "getHostFromNameService",
                    "(Ljava/net/InetAddress;)Ljava/lang/String;",
                    Kind.REVERSE_LOOKUP,
                    0,
                    NONE),
            ping("java/net/Inet4AddressImpl"),
            ping("java/net/Inet6AddressImpl"));

    /** Netty's native transports, of which the JDK knows nothing. */
    static final List<Hook> LIBRARIES = List.of(
            new Hook(NETTY_SOCKET, "connect", "(Ljava/net/SocketAddress;)Z", Kind.CONNECT, 0, NONE),
            new Hook(NETTY_SOCKET, "sendTo", "(Ljava/nio/ByteBuffer;IILjava/net/InetAddress;I)I", Kind.DATAGRAM, 3, 4),
            new Hook(NETTY_SOCKET, "sendTo", "(Ljava/nio/ByteBuffer;IILjava/net/InetAddress;IZ)I", Kind.DATAGRAM, 3, 4),
            new Hook(NETTY_SOCKET, "sendToAddress", "(JIILjava/net/InetAddress;I)I", Kind.DATAGRAM, 3, 4),
            new Hook(NETTY_SOCKET, "sendToAddress", "(JIILjava/net/InetAddress;IZ)I", Kind.DATAGRAM, 3, 4),
            new Hook(NETTY_SOCKET, "sendToAddresses", "(JILjava/net/InetAddress;I)I", Kind.DATAGRAM, 2, 3),
            new Hook(NETTY_SOCKET, "sendToAddresses", "(JILjava/net/InetAddress;IZ)I", Kind.DATAGRAM, 2, 3),
            new Hook(
                    NETTY_EPOLL_DATAGRAMS,
                    "filterOutboundMessage",
                    "(Ljava/lang/Object;)Ljava/lang/Object;",
                    Kind.DATAGRAM,
                    0,
                    NONE));

    private static Hook ping(String owner) {
        return new Hook(
                owner, "isReachable", "(Ljava/net/InetAddress;ILjava/net/NetworkInterface;I)Z", Kind.PING, 0, NONE);
    }

    /** The hooks of a class. Without lambdas: a class that is being loaded must not make the JVM load others. */
    static List<Hook> of(boolean bootstrap, String name) {
        List<Hook> hooks = new ArrayList<>();
        for (Hook hook : bootstrap ? JDK : LIBRARIES) {
            if (bootstrap ? name.equals(hook.owner) : name.endsWith(hook.owner)) {
                hooks.add(hook);
            }
        }
        return hooks;
    }

    boolean isFor(String name, String ofDescriptor) {
        return method.equals(name) && descriptor.equals(ofDescriptor);
    }
}
