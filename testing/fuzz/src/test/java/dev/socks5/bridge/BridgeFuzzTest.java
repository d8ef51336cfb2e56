package dev.socks5.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.socks5.codec.DomainName;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** What the HTTP bridge reads: heads are written as they were read, and no request means two things. */
class BridgeFuzzTest {

    private static final int LONGEST = 8192;
    private static final List<String> FOR_ONE_HOP =
            List.of("keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization", "te", "trailer");

    /** A socket from which these bytes come, one by one or together. */
    private static HttpInput input(byte[] bytes, HttpInput.Lines lines, boolean oneByOne) throws IOException {
        Socket socket = new Socket() {
            @Override
            public InputStream getInputStream() {
                return new ByteArrayInputStream(bytes) {
                    @Override
                    public synchronized int read(byte[] into, int offset, int length) {
                        return super.read(into, offset, oneByOne ? Math.min(1, length) : length);
                    }
                };
            }
        };
        return new HttpInput(socket, lines, LONGEST);
    }

    private static byte[] rest(HttpInput in) throws IOException {
        return in.readAllBytes();
    }

    /** A request of a client, up to the head that the origin gets. */
    @FuzzTest
    void request(byte[] data) throws IOException {
        HttpInput in = input(data, HttpInput.Lines.STRICT, false);
        HttpHead head;
        BridgeRequest request;
        try {
            head = HttpHead.read(in);
            request = BridgeRequest.of(head);
        } catch (HttpFormatException | EOFException e) {
            assertThat(e.getMessage()).matches("\\p{Print}+");
            return;
        }
        byte[] behind = rest(in);
        isSingle(data, behind, head);
        assertThat(head.values("Host").size()).isBetween(request.http11() ? 1 : 0, 1);
        isFramedInOneWay(head, request);
        assertThat(request.destination().toString()).matches("\\p{Print}+");
        assertThat(request.destination().port()).isBetween(0, 65_535);
        assertThat(!(request.destination().address() instanceof DomainName name) || name.isHostName())
                .isTrue();
        assertThat(request.forOrigin() == null).isEqualTo(request.method().equals("CONNECT"));
        if (request.forOrigin() != null) {
            isUnambiguous(request, request.forOrigin());
        }
    }

    /** A length and chunks are never both there, nor two lengths (RFC 9112 section 6.3). */
    private static void isFramedInOneWay(HttpHead head, BridgeRequest request) {
        boolean chunked = !head.values("Transfer-Encoding").isEmpty();
        if (chunked) {
            assertThat(request.http11()).isTrue();
            assertThat(head.values("Transfer-Encoding"))
                    .singleElement()
                    .asString()
                    .isEqualToIgnoringCase("chunked");
        }
        for (String length : head.values("Content-Length")) {
            assertThat(chunked).isFalse();
            for (String one : length.split(",", -1)) {
                long number = Long.parseLong(one.strip());
                boolean ofTunnel = request.forOrigin() == null && number == 0;
                assertThat(ofTunnel || number == request.framing().length()).isTrue();
            }
        }
    }

    /** The head ends at the first empty line, and every line of it by CR LF. */
    private static void isSingle(byte[] data, byte[] behind, HttpHead head) throws IOException {
        String text = new String(data, 0, data.length - behind.length, StandardCharsets.ISO_8859_1);
        assertThat(text.indexOf("\r\n\r\n")).isEqualTo(text.length() - 4);
        assertThat(text.replace("\r\n", "")).doesNotContain("\r", "\n", "\0");
        HttpInput again = input(data, HttpInput.Lines.STRICT, true);
        assertThat(HttpHead.read(again)).isEqualTo(head);
        assertThat(rest(again)).isEqualTo(behind);
    }

    private static void isUnambiguous(BridgeRequest request, HttpHead forOrigin) throws IOException {
        byte[] written = forOrigin.encode();
        HttpInput in = input(written, HttpInput.Lines.STRICT, false);
        HttpHead read = HttpHead.read(in);
        assertThat(read).isEqualTo(forOrigin);
        assertThat(rest(in)).isEmpty();
        assertThat(read.startLine()).matches("[^ ]+ (/[!-~]*|\\*) HTTP/1\\.1");
        assertThat(read.values("Host")).hasSize(1);
        assertThat(read.values("Connection")).hasSize(1);
        int framings = read.values("Content-Length").size()
                + read.values("Transfer-Encoding").size();
        assertThat(framings).isLessThanOrEqualTo(1);
        assertThat(BodyFraming.of(read, true, BodyFraming.NONE)).isEqualTo(request.framing());
        assertThat(read.fields().stream().map(field -> field.name().toLowerCase(Locale.ROOT)))
                .doesNotContainAnyElementsOf(FOR_ONE_HOP);
        // Another proxy, behind this one, would forward it to the same destination.
        String target = read.startLine()
                .substring(request.method().length() + 1, read.startLine().lastIndexOf(' '));
        String absolute = "http://" + read.values("Host").get(0) + (target.equals("*") ? "" : target);
        HttpHead onward = new HttpHead(request.method() + " " + absolute + " HTTP/1.1", read.fields());
        BridgeRequest next = BridgeRequest.of(onward);
        assertThat(next.destination()).isEqualTo(request.destination());
        assertThat(next.framing()).isEqualTo(request.framing());
        assertThat(next.webSocket()).isEqualTo(request.webSocket());
        assertThat(next.forOrigin()).isEqualTo(forOrigin);
    }

    /** A head of a response, repaired where that is allowed: what is passed on needs no repair. */
    @FuzzTest
    void response(byte[] data) throws IOException {
        HttpInput in = input(data, HttpInput.Lines.LENIENT, false);
        HttpHead head;
        try {
            head = HttpHead.read(in);
        } catch (HttpFormatException | EOFException e) {
            assertThat(e.getMessage()).matches("\\p{Print}+");
            return;
        }
        HttpInput strict = input(head.encode(), HttpInput.Lines.STRICT, true);
        assertThat(HttpHead.read(strict)).isEqualTo(head);
        assertThat(rest(strict)).isEmpty();
        HttpHead onward = new HttpHead(head.startLine(), head.endToEnd());
        assertThat(onward.values("Transfer-Encoding")).isEmpty();
        assertThat(onward.endToEnd()).isEqualTo(onward.fields());
        for (String option : String.join(",", head.values("Connection")).split(",", -1)) {
            assertThat(onward.values(option.strip())).isEmpty();
        }
    }

    /** A chunked body: what is passed on is the same data, chunked anew, and what follows the body stays. */
    @FuzzTest
    void chunks(byte[] data) throws IOException {
        HttpInput in = input(data, HttpInput.Lines.STRICT, false);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        boolean ended = true;
        try {
            BodyFraming.CHUNKED.relayUnframed(in, body);
        } catch (HttpFormatException | EOFException e) {
            ended = false;
        }
        ByteArrayOutputStream chunked = new ByteArrayOutputStream();
        HttpInput again = input(data, HttpInput.Lines.STRICT, true);
        try {
            BodyFraming.CHUNKED.relay(again, chunked);
            assertThat(ended).isTrue();
        } catch (HttpFormatException | EOFException e) {
            assertThat(ended).isFalse();
            return;
        }
        byte[] behind = rest(in);
        assertThat(rest(again)).isEqualTo(behind);
        isWhatTheChunksHave(
                new String(data, 0, data.length - behind.length, StandardCharsets.ISO_8859_1),
                body.toString(StandardCharsets.ISO_8859_1));
        HttpInput onward = input(chunked.toByteArray(), HttpInput.Lines.STRICT, false);
        ByteArrayOutputStream same = new ByteArrayOutputStream();
        BodyFraming.CHUNKED.relayUnframed(onward, same);
        assertThat(same.toByteArray()).isEqualTo(body.toByteArray());
        assertThat(rest(onward)).isEmpty();
    }

    /** Reads the chunks once more: each has its size, its data and an end of the line. */
    private static void isWhatTheChunksHave(String chunks, String body) {
        StringBuilder read = new StringBuilder();
        int at = 0;
        while (true) {
            int end = chunks.indexOf("\r\n", at);
            int size = Integer.parseInt(chunks.substring(at, end).split("[; \t]", 2)[0], 16);
            if (size == 0) {
                break;
            }
            at = end + 2 + size;
            read.append(chunks, end + 2, at);
            assertThat(chunks.startsWith("\r\n", at)).isTrue();
            at += 2;
        }
        assertThat(read).hasToString(body);
        assertThat(chunks).endsWith("\r\n\r\n");
    }
}
