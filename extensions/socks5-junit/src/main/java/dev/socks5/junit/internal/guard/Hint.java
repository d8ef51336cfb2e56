package dev.socks5.junit.internal.guard;

import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;

/** What is surprising about a direct connection, and not to be seen from its stack. */
enum Hint {
    HTTP_CLIENT("java.net.http.HttpClient takes no notice of SOCKS proxies. HttpBridge gives it an HTTP proxy."),
    URL_CONNECTION("HttpURLConnection looks the name up before it asks a SOCKS proxy. HttpBridge keeps it from that."),
    LOOKUP("A look-up is direct too: without the guard, the name would have left this process.");

    private static final String PACKAGE_OF_HTTP_CLIENT = "jdk.internal.net.http.";
    private static final String PACKAGE_OF_URL_CONNECTION = "sun.net.www.http.";

    private final String text;

    Hint(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }

    static Set<Hint> of(Kind kind, StackTraceElement[] stack) {
        Set<Hint> hints = EnumSet.noneOf(Hint.class);
        if (isOn(stack, PACKAGE_OF_HTTP_CLIENT)) {
            hints.add(HTTP_CLIENT);
        }
        if (kind == Kind.LOOKUP) {
            hints.add(LOOKUP);
            if (isOn(stack, PACKAGE_OF_URL_CONNECTION)) {
                hints.add(URL_CONNECTION);
            }
        }
        return hints;
    }

    private static boolean isOn(StackTraceElement[] stack, String prefix) {
        return Stream.of(stack).anyMatch(frame -> frame.getClassName().startsWith(prefix));
    }
}
