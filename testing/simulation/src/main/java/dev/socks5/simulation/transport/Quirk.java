package dev.socks5.simulation.transport;

/** What is wrong with a transport, from some byte on. */
public enum Quirk {
    NONE,
    /** It says that there is no more to read, although there is, and takes nothing any more. */
    ENDS,
    /** A read never comes back. */
    STALLS_READING,
    /** A write never comes back. */
    STALLS_WRITING,
    /** Reads bring nothing, again and again. */
    READS_NOTHING,
    /** Writes take nothing, again and again. */
    WRITES_NOTHING,
    /** A read fails by its handler. */
    FAILS_READING,
    /** A write fails by its handler. */
    FAILS_WRITING,
    /** The call of a read throws. */
    THROWS_READING,
    /** The call of a write throws. */
    THROWS_WRITING,
    /** It ends its output, resets and closes as it should, and throws each time. */
    THROWS_CLOSING;

    /** Whether reads go wrong. */
    boolean isOfReading() {
        return this == ENDS
                || this == STALLS_READING
                || this == READS_NOTHING
                || this == FAILS_READING
                || this == THROWS_READING;
    }

    /** Whether writes go wrong. */
    boolean isOfWriting() {
        return this == STALLS_WRITING || this == WRITES_NOTHING || this == FAILS_WRITING || this == THROWS_WRITING;
    }
}
