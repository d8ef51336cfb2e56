package dev.socks5.bridge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** However the network splits what is sent, the other side gets the same. */
class BridgeProperties {

    private static final String REQUEST = "POST http://a.test/ HTTP/1.1\r\nHost: a.test\r\n";
    private static final String FORWARDED = "POST / HTTP/1.1\r\nHost: a.test\r\n";
    private static final String RESPONSE = "HTTP/1.1 200 OK\r\n";
    private static final String CLOSE = "Connection: close\r\n\r\n";
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";

    private static String length(String body) {
        return "Content-Length: " + body.length() + "\r\n";
    }

    private static void write(OutputStream out, String text, Set<Integer> cuts) throws Exception {
        byte[] all = text.getBytes(ISO_8859_1);
        int start = 0;
        for (int end = 1; end <= all.length; end++) {
            if (end == all.length || cuts.contains(end)) {
                out.write(Arrays.copyOfRange(all, start, end));
                out.flush();
                start = end;
            }
        }
    }

    private static String text(byte[] octets) {
        return new String(octets, ISO_8859_1);
    }

    @Property(tries = 100)
    void bodiesByLength(
            @ForAll @Size(max = 300) byte[] sent,
            @ForAll @Size(max = 300) byte[] answered,
            @ForAll Set<@IntRange(min = 1, max = 400) Integer> cuts)
            throws Exception {
        String forwarded = FORWARDED + length(text(sent)) + CLOSE + text(sent);
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(client -> {
                    assertThat(RawHttpClient.read(client.socket().getInputStream(), forwarded.length()))
                            .isEqualTo(forwarded);
                    String answer = RESPONSE + length(text(answered)) + "\r\n" + text(answered);
                    write(client.socket().getOutputStream(), answer, cuts);
                });
                HttpBridge bridge = HttpBridge.open(proxy.client());
                RawHttpClient client = new RawHttpClient(bridge)) {
            write(client.socket().getOutputStream(), REQUEST + length(text(sent)) + "\r\n" + text(sent), cuts);
            assertThat(client.readAll()).isEqualTo(RESPONSE + length(text(answered)) + CLOSE + text(answered));
            proxy.received();
        }
    }

    @Property(tries = 100)
    void bodiesInChunks(
            @ForAll @Size(min = 1, max = 100) byte[] first,
            @ForAll @Size(min = 1, max = 100) byte[] second,
            @ForAll Set<@IntRange(min = 1, max = 400) Integer> cuts)
            throws Exception {
        String chunks = "00" + Integer.toHexString(first.length) + ";x\r\n" + text(first) + "\r\n"
                + Integer.toHexString(second.length) + "\r\n" + text(second) + "\r\n0\r\nA: b\r\n\r\n";
        String body = text(first) + text(second);
        CompletableFuture<String> seen = new CompletableFuture<>();
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(client -> {
                    HttpInput in = new HttpInput(client.socket(), HttpInput.Lines.STRICT, 10_000);
                    HttpHead head = HttpHead.read(in);
                    seen.complete(head.startLine() + text(new ChunkedInput(in).readAllBytes()));
                    write(client.socket().getOutputStream(), RESPONSE + CHUNKED + "\r\n" + chunks, cuts);
                });
                HttpBridge bridge = HttpBridge.open(proxy.client());
                RawHttpClient client = new RawHttpClient(bridge)) {
            write(client.socket().getOutputStream(), REQUEST + CHUNKED + "\r\n" + chunks, cuts);
            assertThat(seen.get(15, TimeUnit.SECONDS)).isEqualTo("POST / HTTP/1.1" + body);
            assertThat(client.readHead()).isEqualTo(RESPONSE + CHUNKED + CLOSE);
            assertThat(text(new ChunkedInput(new HttpInput(client.socket(), HttpInput.Lines.STRICT, 10_000))
                            .readAllBytes()))
                    .isEqualTo(body);
            proxy.received();
        }
    }

    @Property(tries = 50)
    void tunnels(@ForAll byte[] sent, @ForAll Set<@IntRange(min = 1, max = 200) Integer> cuts) throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::echo);
                HttpBridge bridge = HttpBridge.open(proxy.client());
                RawHttpClient client = new RawHttpClient(bridge)) {
            write(
                    client.socket().getOutputStream(),
                    "CONNECT a.test:80 HTTP/1.1\r\nHost: a.test\r\n\r\n" + text(sent),
                    cuts);
            client.socket().shutdownOutput();
            assertThat(client.readHead()).startsWith("HTTP/1.1 200 ");
            assertThat(client.readAll()).isEqualTo(text(sent));
            proxy.received();
        }
    }
}
