package dev.socks5.conformance.suite;

import org.jspecify.annotations.Nullable;

/** What a case needs besides CONNECT: something that the program under test offers, or that the user has to give. */
public enum Feature {
    /** Clients, or requests, without a login. */
    ANONYMOUS("service without a login", null),

    /** The login of RFC 1929. */
    LOGIN("login by user name and password", "--login"),

    /** The method of RFC 1961 is selected by a server. */
    GSSAPI("GSSAPI", null),

    /** The command BIND. */
    BIND("BIND", null),

    /** The command UDP ASSOCIATE. */
    UDP("UDP ASSOCIATE", null),

    /** Destinations with IPv6 addresses. */
    IPV6("IPv6 destinations", null),

    /** Destinations with names. */
    NAMES("names as destinations", null),

    /** A name with several addresses. */
    SEVERAL_ADDRESSES("a name with several addresses", "--name"),

    /** The process of the program under test, to look at its memory and descriptors. */
    PROCESS("the number of the process", "--pid"),

    /** What a client prints and how it ends; without it, what goes over the wire alone is judged. */
    OUTPUT("the program's output", "--command"),

    /** A client that logs in by RFC 1929. */
    LOGIN_COMMAND("a command that logs in", "--login-command"),

    /** A client that sends a datagram. */
    UDP_COMMAND("a command that sends a datagram", "--udp-command"),

    /** A client that has the proxy accept a connection. */
    BIND_COMMAND("a command that does BIND", "--bind-command"),

    /** Time, because the case waits for a time limit of the program under test. */
    SLOW("time", "--slow");

    private final String text;
    private final @Nullable String option;

    Feature(String text, @Nullable String option) {
        this.text = text;
        this.option = option;
    }

    /** Returns the option that gives it, or {@code null} if it is up to the program under test. */
    public @Nullable String option() {
        return option;
    }

    @Override
    public String toString() {
        return text;
    }
}
