package dev.socks5.simulation.client;

/** What must hold for a client that connects without threads. */
enum ClientRule {
    /** A future that was not given up has an outcome, and it has one alone. */
    ONE_OUTCOME,
    /**
     * Nobody is told of a tunnel before the last proxy has said so, or the destination was reached if it goes direct.
     */
    NO_EARLY_SUCCESS,
    /** Where nothing stands in the way, there is a tunnel; and where a proxy lies, there is none. */
    RIGHT_OUTCOME,
    /** A failure is one that users know of: of the network, or thrown by what they gave. */
    KNOWN_FAILURE,
    /** The outcome is there by the deadline, and a timeout not before. */
    DEADLINE,
    /** What arrives is what was sent, from the first byte behind the reply on; all of it unless the network broke. */
    BYTES,
    /** A channel is given as it was promised: connected, without a selector, in non-blocking mode. */
    CHANNEL,
    /** Each address dialled belongs to a connection that is under way, and is the next one in the order of RFC 8305. */
    DIALLED,
    /** The next attempt starts 250 ms after the one before, or as soon as one has failed; neither sooner nor later. */
    STAGGER,
    /** Each proxy is asked for what lies behind it, in the form in which it was given. */
    ASKED,
    /** A login is sent to its own proxy alone, and where it may not go ahead, after that has selected the method. */
    LOGIN,
    /** Once a connection has failed or was given up, none of its sockets is open, and none of its look-ups waits. */
    CLOSED,
    /** There is one thread at a time; it ends after its idle limit, and no later. */
    THREAD,
    /** In the end, no socket, task or thread is left. */
    NOTHING_LEFT,
    /** The loop has no more turns than there is something to do. */
    NO_SPIN
}
