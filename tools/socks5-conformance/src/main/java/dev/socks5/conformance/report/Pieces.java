package dev.socks5.conformance.report;

import dev.socks5.codec.Greeting;
import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.MethodSelection;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.codec.PasswordResponse;
import dev.socks5.codec.Reply;
import dev.socks5.codec.Request;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Transcript;
import dev.socks5.conformance.suite.Transcript.Direction;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Names the fields of messages that may come in several entries: a piece goes on where the one before has ended. */
final class Pieces {

    private record Flow(String connection, Direction direction, Label label) {}

    private final Map<Flow, byte[]> unfinished = new HashMap<>();

    /** Returns the fields of an entry, whose positions are those in the entry. */
    List<Field> fields(Transcript.Entry entry) {
        Flow flow = new Flow(entry.connection(), entry.direction(), entry.label());
        byte[] before = unfinished.getOrDefault(flow, new byte[0]);
        byte[] piece = entry.bytes();
        byte[] message = Arrays.copyOf(before, before.length + piece.length);
        System.arraycopy(piece, 0, message, before.length, piece.length);
        if (isUnfinished(entry.label(), message)) {
            unfinished.put(flow, message);
        } else {
            unfinished.remove(flow);
        }
        return Fields.of(entry.label(), message).stream()
                .filter(field -> field.to() > before.length)
                .map(field -> new Field(
                        field.name(),
                        Math.max(0, field.from() - before.length),
                        field.to() - before.length,
                        field.meaning()))
                .toList();
    }

    private static boolean isUnfinished(Label label, byte[] message) {
        ByteBuffer in = ByteBuffer.wrap(message);
        try {
            return switch (label) {
                case GREETING -> Greeting.decode(in).isEmpty();
                case SELECTION -> MethodSelection.decode(in).isEmpty();
                case LOGIN -> PasswordRequest.decode(in).isEmpty();
                case LOGIN_ANSWER -> PasswordResponse.decode(in).isEmpty();
                case REQUEST -> Request.decode(in).isEmpty();
                case REPLY -> Reply.decode(in).isEmpty();
                case GSSAPI, DATAGRAM, RAW -> false;
            };
        } catch (MalformedMessageException e) {
            return false; // Nobody knows where it ends.
        }
    }
}
