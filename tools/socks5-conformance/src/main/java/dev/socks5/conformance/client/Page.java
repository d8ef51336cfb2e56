package dev.socks5.conformance.client;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/** The page that the program fetches, and everything else about it that is made up anew for each case. */
final class Page {

    private static final SecureRandom RANDOM = new SecureRandom();

    /** What an answer begins with. */
    static final String STATUS = "HTTP/1.1 200 OK";

    private static final String METHOD = "GET ";

    private final String path = "/" + word(6);
    private final String token = word(16);
    private String user = "user" + word(3);
    private String password = "pass" + word(6);

    private static String word(int bytes) {
        byte[] random = new byte[bytes];
        RANDOM.nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    String path() {
        return path;
    }

    /** What stands in the page and nowhere else. */
    String token() {
        return token;
    }

    String user() {
        return user;
    }

    String password() {
        return password;
    }

    /** Makes user name and password as long as RFC 1929 allows. */
    void longestLogin() {
        user = "user" + word(125) + "x";
        password = "pass" + word(125) + "y";
    }

    /** The answer of an HTTP server, with the page and its length. */
    byte[] answer() {
        return answer(token + "\n", true);
    }

    /** The answer of an HTTP server. */
    static byte[] answer(String body, boolean withLength) {
        String head = STATUS + "\r\nContent-Type: text/plain\r\nConnection: close\r\n"
                + (withLength ? "Content-Length: " + body.length() + "\r\n" : "")
                + "\r\n";
        return (head + body).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Whether bytes are the program's request for this page. */
    boolean isAsked(byte[] bytes) {
        String text = text(bytes);
        return text.startsWith(METHOD) && text.contains(path);
    }

    /** Reads the program's request for a page until the empty line, or until it is seen to be none. */
    static Optional<byte[]> head(ByteBuffer in) {
        byte[] bytes = new byte[in.remaining()];
        in.get(bytes);
        String begun = METHOD.substring(0, Math.min(METHOD.length(), bytes.length));
        return !text(bytes).startsWith(begun) || isComplete(bytes) ? Optional.of(bytes) : Optional.empty();
    }

    /** Reads what is left of the program's request, until the empty line. */
    static Optional<byte[]> rest(ByteBuffer in) {
        byte[] bytes = new byte[in.remaining()];
        in.get(bytes);
        return isComplete(bytes) ? Optional.of(bytes) : Optional.empty();
    }

    private static boolean isComplete(byte[] bytes) {
        String text = text(bytes);
        return text.endsWith("\r\n\r\n") || text.endsWith("\n\n");
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
