package dev.socks5.conformance.suite;

/**
 * Where a case comes from.
 *
 * @param text for people: "RFC 1928 section 3", "robustness" or "CWE-400: uncontrolled resource consumption"
 */
public record Clause(String text) {

    /** A case without an RFC behind it. */
    public static final Clause ROBUSTNESS = new Clause("robustness");

    /**
     * Names a section of RFC 1928, which defines SOCKS5.
     *
     * @param section its number, such as "3"
     */
    public static Clause rfc1928(String section) {
        return rfc(1928, section);
    }

    /**
     * Names a section of RFC 1929, which defines the login by user name and password.
     *
     * @param section its number
     */
    public static Clause rfc1929(String section) {
        return rfc(1929, section);
    }

    /**
     * Names a section of RFC 1961, which defines the login by GSSAPI.
     *
     * @param section its number
     */
    public static Clause rfc1961(String section) {
        return rfc(1961, section);
    }

    /**
     * Names a class of weaknesses.
     *
     * @param number its number in the Common Weakness Enumeration
     * @param name what it is, in a few words
     */
    public static Clause cwe(int number, String name) {
        return new Clause("CWE-" + number + ": " + name);
    }

    private static Clause rfc(int number, String section) {
        return new Clause("RFC " + number + " section " + section);
    }

    @Override
    public String toString() {
        return text;
    }
}
