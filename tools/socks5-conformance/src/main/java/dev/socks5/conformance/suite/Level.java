package dev.socks5.conformance.suite;

/** How much a case asks for: the words of RFC 2119, and two for what the RFCs of SOCKS do not speak of. */
public enum Level {
    /** The RFC requires it, in that word or by a plain definition such as the layout of a message. */
    MUST("MUST"),

    /** The RFC recommends it. */
    SHOULD("SHOULD"),

    /** The RFC leaves it open; whoever does it has to do it in this way. */
    MAY("MAY"),

    /** The RFC does not say so, but users rely on it: messages in pieces, one side that ends before the other. */
    ROBUSTNESS("robustness"),

    /** A failure is a weakness of a known class. */
    SECURITY("security");

    private final String text;

    Level(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
