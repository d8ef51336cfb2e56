package dev.socks5.simulation;

/** What must hold in every run, whatever the network and the peers do. {@link Oracle} checks it. */
enum Rule {
    /** Every address that is dialled was judged and allowed for exactly that request, in the form that was dialled. */
    DIALS_WHAT_WAS_ALLOWED,
    /** Nothing is dialled before the request is there, or after it was answered. */
    DIALS_IN_TIME,
    /** A name is looked up once for a request. */
    LOOKS_UP_ONCE,
    /** What arrives is a part of what was sent there, in order, from the beginning. */
    BYTES_ARRIVE_AS_SENT,
    /** Where both sides have ended in order, all has arrived. */
    NOTHING_IS_LOST,
    /** An end is passed on only if there was one. */
    NO_END_OUT_OF_NOTHING,
    /** A reset is passed on as a reset. */
    RESETS_ARE_PASSED_ON,
    /** Each answer has its question, and is what it must be. */
    ANSWERS_FIT,
    /** Nothing is served after a refusal. */
    NOTHING_AFTER_A_REFUSAL,
    /** Success is told once there is a connection. */
    NO_SUCCESS_BEFORE_THE_CONNECT,
    /** One reply, or two for a BIND. */
    REPLIES_ARE_COUNTED,
    /** A refusal arrives whole, unless the client or the network has broken the connection. */
    REFUSALS_ARRIVE,
    /** A session without any trouble gets what it asks for, and soon. */
    THE_HEALTHY_ARE_SERVED,
    /** Every deadline is kept, neither too early nor too late. */
    DEADLINES_ARE_KEPT,
    /** No limit is exceeded. */
    LIMITS_ARE_KEPT,
    /** The memory for slow readers is bounded. */
    MEMORY_IS_BOUNDED,
    /** Every event of a session comes in its order, and its end once. */
    EVENTS_ARE_IN_ORDER,
    /** The reason that a session ends with is the right one. */
    REASONS_ARE_RIGHT,
    /** Counts of sessions and of the server agree with what was sent. */
    COUNTS_ARE_RIGHT,
    /**
     * A datagram goes where its header says if that is allowed, answers come only from there, and no stranger is heard.
     */
    DATAGRAMS_KEEP_TO_THE_RULES,
    /** Whoever is open throughout is listed once, as far as it has come, and nobody else is. */
    SESSIONS_ARE_LISTED,
    /** What a session has relayed is told at the interval that was asked for, and never after its end. */
    PROGRESS_IS_TOLD,
    /** Nobody is let in or served by terms that hold no more, and whom new ones would not allow can be ended. */
    CHANGES_HOLD,
    /** When all is quiet, nothing is left but the listeners; after the end, not even they. */
    NOTHING_IS_LEFT,
    /** All comes to an end by itself. */
    ALL_COMES_TO_AN_END,
    /** A transport of a dialler is read, written and ended in turn. */
    TRANSPORTS_ARE_USED_IN_TURN,
    /** Nothing fails that was not made to. */
    NOTHING_UNEXPECTED
}
