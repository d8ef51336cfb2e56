package dev.socks5.conformance.suite;

/** What comes out of a case. */
public enum Verdict {
    /** What had to hold, held. */
    PASSED("passed"),

    /** It did not hold. */
    FAILED("failed"),

    /** The program under test lacks what the case is about, and says so properly. */
    NOT_OFFERED("not offered"),

    /** The user has not asked for it: an option is missing. */
    SKIPPED("skipped"),

    /** The suite itself has failed, and says nothing of the program under test. */
    BROKEN("broken");

    private final String text;

    Verdict(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
