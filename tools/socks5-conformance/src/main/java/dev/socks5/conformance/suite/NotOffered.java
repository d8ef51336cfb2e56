package dev.socks5.conformance.suite;

/** The program under test lacks what a case is about, which no RFC requires, and says so properly. */
public final class NotOffered extends Exception {

    private static final long serialVersionUID = 1L;

    /**
     * Creates one.
     *
     * @param message what is lacking, and how that was seen
     */
    public NotOffered(String message) {
        super(message);
    }
}
