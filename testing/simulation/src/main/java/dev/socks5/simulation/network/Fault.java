package dev.socks5.simulation.network;

/** Something that goes another way than on a perfect network. */
public enum Fault {
    /** A connection has long delays, in both directions. */
    FAR,
    /** A connection has little bandwidth, in one direction. */
    SLOW_LINE,
    /** A connection takes only a few bytes at a time, in one direction. */
    SMALL_WINDOW,
    /** Bytes that were written together arrive in parts. */
    SPLIT,
    /** A write takes a part of what it could. */
    SHORT_WRITE,
    /** A write takes nothing although there is room. */
    NO_WRITE,
    /** A read gives a part of what is there. */
    SHORT_READ,
    /** A connection is reset from outside at some moment; both sides are told, or one. */
    RESET,
    /** Nothing arrives any more from some moment on, in one direction. */
    STALL,
    /** A reset arrives before data that was sent before it. */
    RESET_OVERTAKES,
    /** A reset takes the data with it that has arrived and was not read. */
    RESET_DROPS_INPUT,
    /** {@code connect} succeeds without waiting. */
    CONNECT_AT_ONCE,
    CONNECT_REFUSED,
    /** {@code connect} throws at once, as without a route. */
    CONNECT_UNREACHABLE,
    /** A router says later that there is no way. */
    CONNECT_NO_ROUTE,
    /** No answer comes, and the system does not give up either. */
    CONNECT_SILENT,
    /** No answer comes until the system gives up. */
    CONNECT_TIMES_OUT,
    /** The peer is gone by the time that it is accepted, and options can no longer be set. */
    ACCEPT_GONE,
    /** A channel or selector cannot be opened, or a connection accepted. */
    NO_DESCRIPTOR,
    /** A free port is taken after all. */
    PORT_TAKEN,
    /** A channel is said to be ready that was ready before and is no longer. */
    SPURIOUS_KEY,
    /** A selector wakes up for nothing. This can hide a wakeup that is missing in the server. */
    SPURIOUS_WAKEUP,
    /** A selector throws. */
    SELECT_FAILS,
    /** A loop has its turn late, as on a busy machine. */
    LATE_TURN,
    /** A datagram is lost. */
    UDP_LOST,
    /** A datagram arrives twice. */
    UDP_DOUBLED,
    /** A datagram arrives late, behind others. */
    UDP_LATE,
    /** The system has no room for a datagram. */
    UDP_NO_ROOM,
    /** A datagram to a port where nobody is goes without the answer that nobody is there. */
    ICMP_LOST,
    /** Work takes very long to begin. */
    WORK_SLOW,
    /** Work never begins. */
    WORK_LOST,
    /** Work is not taken. */
    WORK_REJECTED
}
