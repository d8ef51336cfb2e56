package dev.socks5.junit.internal.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AttemptsTest {

    private static final String OF_HTTP_CLIENT = "java.net.http.HttpClient takes no notice of SOCKS proxies";
    private static final String OF_URL_CONNECTION = "HttpURLConnection looks the name up before it asks a SOCKS proxy";
    private static final String OF_LOOK_UP = "A look-up is direct too";

    private final Attempts attempts = new Attempts();

    private void add(Kind kind, String... types) {
        Throwable seen = new Throwable();
        seen.setStackTrace(Stream.of(types)
                .map(type -> new StackTraceElement(type, "method", "File.java", 1))
                .toArray(StackTraceElement[]::new));
        attempts.add(kind, Target.of("example.com"), seen);
    }

    private void assertHints(String... hints) {
        List<String> last = attempts.text()
                .lines()
                .dropWhile(line -> !line.isEmpty())
                .skip(1)
                .toList();
        assertThat(last).hasSameSizeAs(hints);
        for (int i = 0; i < hints.length; i++) {
            assertThat(last.get(i)).startsWith(hints[i]);
        }
    }

    @Test
    void theJdksHttpClientIsExplained() {
        add(Kind.CONNECT, "sun.nio.ch.Net", "jdk.internal.net.http.PlainHttpConnection", "com.example.Code");
        assertHints(OF_HTTP_CLIENT);
        assertThat(attempts.text()).contains("HttpBridge");
    }

    @Test
    void aLookUpIsExplained() {
        add(Kind.LOOKUP, "java.net.InetAddress", "com.example.Code");
        assertHints(OF_LOOK_UP);
    }

    @Test
    void aLookUpByAUrlConnectionIsExplained() {
        add(Kind.LOOKUP, "java.net.InetAddress", "sun.net.www.http.HttpClient", "com.example.Code");
        assertHints(OF_URL_CONNECTION, OF_LOOK_UP);
    }

    /** It asks no proxy, or the proxy is not one of the test's. */
    @Test
    void otherwiseThereIsNothingToExplain() {
        add(Kind.CONNECT, "sun.nio.ch.Net", "sun.net.www.http.HttpClient", "com.example.Code");
        add(Kind.REVERSE_LOOKUP, "java.net.InetAddress", "com.example.Code");
        assertHints();
    }

    @Test
    void eachIsExplainedOnce() {
        add(Kind.LOOKUP, "java.net.InetAddress", "com.example.Code");
        add(Kind.LOOKUP, "java.net.InetAddress", "com.example.Other");
        add(Kind.CONNECT, "sun.nio.ch.Net", "jdk.internal.net.http.PlainHttpConnection");
        assertHints(OF_HTTP_CLIENT, OF_LOOK_UP);
    }
}
