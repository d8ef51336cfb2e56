package dev.socks5.conformance.report;

/** What a run judges. */
public enum Side {
    /** Servers: the suite plays the client. */
    SERVER("server"),

    /** Clients: the suite plays the server. */
    CLIENT("client");

    private final String text;

    Side(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
