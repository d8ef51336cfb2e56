package dev.socks5.junit;

import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import org.jspecify.annotations.Nullable;

/**
 * Describes one connection to a test proxy, and the request that it made, if it came so far.
 *
 * @param command the command that the client asked for; {@code null} if it made no request
 * @param destination the destination as the client wrote it: a name if it left the name to the proxy; {@code null} if
 *     it made no request
 * @param user the user name of the login, also of one that was refused; {@code null} if there was none
 * @param reply the reply code that the client was sent; {@code null} if it was sent none
 * @param outcome what became of it
 * @param remark the reason, such as the protocol that the client spoke instead of SOCKS5, or the fault that it met, for
 *     a person; may be empty
 */
public record RecordedRequest(
        @Nullable Command command,
        @Nullable Endpoint destination,
        @Nullable String user,
        @Nullable ReplyCode reply,
        Outcome outcome,
        String remark) {

    /** Says what became of a connection. */
    public enum Outcome {
        /** The client has not been answered yet. */
        UNDER_WAY,
        /** The client was sent a reply of success. */
        GRANTED,
        /** The client was sent a reply of failure. */
        REFUSED,
        /** The client's login was not good, or it offered no method that the proxy takes. */
        NOT_LOGGED_IN,
        /** The client spoke something other than SOCKS5. */
        NOT_SOCKS5,
        /** The connection ended before the client had a whole reply, or will never get any further. */
        CUT_SHORT
    }

    /** Describes the request for a message; text of the client is escaped. */
    @Override
    public String toString() {
        return (command == null ? "no request" : command + " " + destination)
                + (user == null ? "" : " by " + new User(user))
                + ": " + outcome
                + (reply == null ? "" : ", " + reply)
                + (remark.isEmpty() ? "" : " (" + remark + ")");
    }

    private record User(String name) {
        @Override
        public String toString() {
            StringBuilder text = new StringBuilder();
            name.chars().forEach(c -> text.append(c > ' ' && c < 0x7F ? "" + (char) c : "\\u%04x".formatted(c)));
            return text.toString();
        }
    }
}
