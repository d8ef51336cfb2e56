package dev.socks5.junit.internal.wire;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.MethodSelection;
import dev.socks5.codec.PasswordResponse;
import dev.socks5.codec.Reply;
import dev.socks5.codec.ReplyCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;

/**
 * Follows what the server says, changes its replies as the script wants, and finds where the tunnel begins. Of methods
 * other than no authentication and the password it does not know how long they talk: then it passes on everything as it
 * is, and there is no beginning of the tunnel.
 */
final class Speech {

    /** Takes the bytes that go to the client. */
    interface Sink {
        /** Returns false if nothing more may be sent. */
        boolean send(ByteBuffer bytes, boolean ofTunnel) throws IOException;

        /** The tunnel begins; returns false as above. */
        boolean tunnel() throws IOException;
    }

    private enum Stage {
        SELECTION,
        LOGIN,
        REPLY,
        TUNNEL,
        UNKNOWN
    }

    private final Attendance attendance;
    private final Sink sink;
    private Stage stage = Stage.SELECTION;
    private ByteBuffer pending = ByteBuffer.allocate(0);
    private boolean replied;

    Speech(Attendance attendance, Sink sink) {
        this.attendance = attendance;
        this.sink = sink;
    }

    /**
     * Takes what the server has said next.
     *
     * @return false if nothing more may be sent to the client
     */
    boolean take(ByteBuffer said) throws IOException {
        ByteBuffer in = joined(said);
        while (in.hasRemaining()) {
            if (stage == Stage.TUNNEL || stage == Stage.UNKNOWN) {
                return sink.send(in, stage == Stage.TUNNEL);
            }
            Optional<ByteBuffer> message = next(in);
            if (message.isEmpty() && stage != Stage.UNKNOWN) {
                pending = in;
                return true;
            }
            if (message.isPresent() && !sink.send(message.get(), false)) {
                return false;
            }
            if (stage == Stage.TUNNEL && !sink.tunnel()) {
                return false;
            }
        }
        return true;
    }

    private ByteBuffer joined(ByteBuffer said) {
        ByteBuffer all = ByteBuffer.allocate(pending.remaining() + said.remaining());
        all.put(pending).put(said).flip();
        pending = all.duplicate().position(all.limit());
        return all;
    }

    private Optional<ByteBuffer> next(ByteBuffer in) {
        int start = in.position();
        try {
            return switch (stage) {
                case SELECTION -> MethodSelection.decode(in).map(this::selected);
                case LOGIN -> PasswordResponse.decode(in).map(this::loggedIn);
                default -> Reply.decode(in).map(this::replied);
            };
        } catch (MalformedMessageException e) { // The server's own words: they are for the client to judge.
            in.position(start);
            stage = Stage.UNKNOWN;
            return Optional.empty();
        }
    }

    private ByteBuffer selected(MethodSelection selection) {
        AuthMethod method = selection.method();
        if (method.equals(AuthMethod.NO_AUTHENTICATION)) {
            stage = Stage.REPLY;
        } else {
            stage = method.equals(AuthMethod.USERNAME_PASSWORD) ? Stage.LOGIN : Stage.UNKNOWN;
        }
        return selection.encode();
    }

    private ByteBuffer loggedIn(PasswordResponse response) {
        stage = response.succeeded() ? Stage.REPLY : Stage.UNKNOWN;
        return response.encode();
    }

    private ByteBuffer replied(Reply reply) {
        Script script = attendance.script();
        ReplyCode code = attendance.isDenied() ? Objects.requireNonNull(script.code()) : reply.code();
        if (attendance.isDenied()) {
            attendance.met(Script.Part.CODE);
        }
        if (script.bound() != null) {
            attendance.met(Script.Part.BOUND);
        }
        if (!code.equals(ReplyCode.SUCCEEDED)) {
            stage = Stage.UNKNOWN;
        } else {
            stage = attendance.awaitsSecondReply() && !replied ? Stage.REPLY : Stage.TUNNEL;
        }
        replied = true;
        attendance.replied(code);
        return new Reply(code, script.bound() == null ? reply.bound() : script.bound()).encode();
    }
}
