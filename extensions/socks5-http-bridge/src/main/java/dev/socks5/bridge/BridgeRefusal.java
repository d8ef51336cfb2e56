package dev.socks5.bridge;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.RequestRejectedException;
import java.io.IOException;
import java.net.SocketTimeoutException;

/**
 * A response of the bridge's own, after which the connection ends.
 *
 * @param status three digits
 * @param text what the matter is, made printable; failures on the way to a destination name no credentials
 */
record BridgeRefusal(int status, String text) {

    /** How many characters a text has at most. */
    static final int LONGEST = 500;

    private static final String ELLIPSIS = "...";

    BridgeRefusal {
        text = printable(text);
    }

    /** What has failed on the way to a destination, or there. */
    static BridgeRefusal of(IOException failure) {
        return new BridgeRefusal(status(failure), text(failure));
    }

    /** What has failed once the destination was reached. */
    static BridgeRefusal ofAnswer(Endpoint destination, IOException failure) {
        return new BridgeRefusal(status(failure), "no valid response from " + destination + ": " + text(failure));
    }

    private static String text(IOException failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }

    /**
     * Text that may hold anything, such as names from a certificate, as one line that is fit for a reason phrase and a
     * log.
     */
    static String printable(String text) {
        StringBuilder safe = new StringBuilder();
        text.chars()
                .limit(LONGEST + 1L)
                .forEach(c -> safe.append(
                        c >= ' ' && c < 0x7F
                                ? Character.toString(c)
                                : c <= 0xFF ? "\\x%02x".formatted(c) : "\\u%04x".formatted(c)));
        return safe.length() <= LONGEST ? safe.toString() : safe.substring(0, LONGEST - ELLIPSIS.length()) + ELLIPSIS;
    }

    private static int status(IOException failure) {
        if (failure instanceof RequestRejectedException rejected) {
            return rejected.reply().code().equals(ReplyCode.NOT_ALLOWED) ? 403 : 502;
        }
        return failure instanceof SocketTimeoutException ? 504 : 502;
    }

    /**
     * The whole response.
     *
     * @param withBody whether the request's method lets it have a body: HEAD does not
     */
    byte[] encode(boolean withBody) {
        String body = text + "\n";
        String head = "HTTP/1.1 " + status + ' ' + reason() + ": " + text
                + "\r\nContent-Type: text/plain\r\nContent-Length: " + body.length() + "\r\nConnection: close\r\n\r\n";
        return (withBody ? head + body : head).getBytes(US_ASCII);
    }

    private String reason() {
        return switch (status) {
            case 400 -> "Bad Request";
            case 403 -> "Forbidden";
            case 408 -> "Request Timeout";
            case 431 -> "Request Header Fields Too Large";
            case 502 -> "Bad Gateway";
            case 504 -> "Gateway Timeout";
            default -> "Internal Server Error";
        };
    }
}
