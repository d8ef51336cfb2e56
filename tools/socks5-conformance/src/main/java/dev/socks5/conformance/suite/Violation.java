package dev.socks5.conformance.suite;

/** The program under test has not done what a case asks for. The message says what was expected, and what came. */
public final class Violation extends Exception {

    private static final long serialVersionUID = 1L;

    /**
     * Creates one.
     *
     * @param message for people: a sentence without a full stop
     */
    public Violation(String message) {
        super(message);
    }
}
