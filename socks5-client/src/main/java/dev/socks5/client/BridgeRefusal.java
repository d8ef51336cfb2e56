package dev.socks5.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.RequestRejectedException;
import java.io.IOException;
import java.net.SocketTimeoutException;

/**
 * A response of the bridge's own, after which the connection ends.
 *
 * @param status three digits
 * @param text what the matter is; failures on the way to a destination name no credentials
 */
record BridgeRefusal(int status, String text) {

    /** What has failed on the way to a destination, or there. */
    static BridgeRefusal of(IOException failure) {
        String message = failure.getMessage();
        String text = message == null ? failure.getClass().getSimpleName() : message;
        return new BridgeRefusal(status(failure), text);
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
        String body = US_ASCII.decode(US_ASCII.encode(text)) + "\n";
        String head = "HTTP/1.1 " + status + ' ' + reason() + "\r\nContent-Type: text/plain\r\nContent-Length: "
                + body.length() + "\r\nConnection: close\r\n\r\n";
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
