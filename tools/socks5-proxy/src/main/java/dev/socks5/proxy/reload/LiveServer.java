package dev.socks5.proxy.reload;

import java.util.OptionalInt;

/** A server that runs. */
public interface LiveServer {

    /**
     * Has these hold from now on, for everything that begins after this.
     *
     * @throws RuntimeException if that cannot be: then what held before holds
     */
    void take(UsersAndRules value);

    /** Ends the sessions that would not be allowed any more. Returns how many, or empty if that is not asked for. */
    OptionalInt endRemoved();
}
