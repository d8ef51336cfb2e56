package dev.socks5.junit.internal.guard;

/** What hooked code is about to do. */
enum Kind {
    CONNECT("connection to"),
    DATAGRAM("datagram to"),
    LOOKUP("look-up of"),
    REVERSE_LOOKUP("look-up of the name of"),
    PING("ping to");

    private final String text;

    Kind(String text) {
        this.text = text;
    }

    /** The text that the target follows in messages. */
    String text() {
        return text;
    }
}
