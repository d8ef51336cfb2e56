package dev.socks5.bridge;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What stands before the body of a message (RFC 9112 section 2.1).
 *
 * @param startLine the request line or the status line
 * @param fields in the order in which they came
 */
record HttpHead(String startLine, List<HttpField> fields) {

    /**
     * What a field counts besides its line, because the objects that hold it take memory (as RFC 9113 section 6.5.2 has
     * it).
     */
    static final int FIELD_COST = 32;

    /** Meant for the next hop alone (RFC 9110 section 7.6.1), or written anew: the framing. */
    private static final Set<String> NOT_PASSED_ON = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authenticate",
            "proxy-authentication-info",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "content-length",
            "upgrade");

    HttpHead {
        fields = List.copyOf(fields);
    }

    static HttpHead read(HttpInput in) throws IOException {
        return readRest(in, in.line(in.longestHead()));
    }

    /** Reads what stands behind the start line. */
    static HttpHead readRest(HttpInput in, String startLine) throws IOException {
        return new HttpHead(startLine, readFields(in, in.longestHead() - startLine.length()));
    }

    /**
     * Reads field lines and the empty line behind them. One that begins with white space goes on from the line before
     * (obs-fold): it is refused if lines are strict, and behind a start line; else it is joined to that line by a space
     * (RFC 9112 sections 2.2 and 5.2).
     */
    static List<HttpField> readFields(HttpInput in, int longest) throws IOException {
        List<HttpField> fields = new ArrayList<>();
        int left = longest;
        for (String line = in.line(left); !line.isEmpty(); line = in.line(left)) {
            left -= line.length() + FIELD_COST;
            if (in.lines() == HttpInput.Lines.LENIENT && !fields.isEmpty() && HttpField.continues(line)) {
                fields.add(fields.remove(fields.size() - 1).continuedBy(line));
            } else {
                fields.add(HttpField.parse(line, in.lines()));
            }
        }
        return fields;
    }

    /** The values of all fields of a name, in order. */
    List<String> values(String name) {
        return fields.stream()
                .filter(field -> field.isNamed(name))
                .map(HttpField::value)
                .toList();
    }

    /** The elements of all fields of a name, which hold lists separated by commas, in lower case. */
    List<String> elements(String name) {
        return values(name).stream()
                .flatMap(value -> Stream.of(value.split(",", -1)))
                .map(element -> element.strip().toLowerCase(Locale.ROOT))
                .toList();
    }

    /** What the next hop is to get, framing aside: all but what is for this hop, by its nature or by Connection. */
    List<HttpField> endToEnd() {
        Set<String> dropped = new HashSet<>(NOT_PASSED_ON);
        dropped.addAll(elements("Connection"));
        return fields.stream()
                .filter(field -> !dropped.contains(field.name().toLowerCase(Locale.ROOT)))
                .toList();
    }

    byte[] encode() {
        StringBuilder head = new StringBuilder(startLine).append("\r\n");
        fields.forEach(field -> head.append(field).append("\r\n"));
        return head.append("\r\n").toString().getBytes(ISO_8859_1);
    }
}
