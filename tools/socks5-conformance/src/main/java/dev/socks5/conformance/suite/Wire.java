package dev.socks5.conformance.suite;

import dev.socks5.codec.Greeting;
import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.Message;
import dev.socks5.codec.MethodSelection;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.codec.PasswordResponse;
import dev.socks5.codec.Reply;
import dev.socks5.codec.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A TCP connection that keeps a record. Every call is bounded by {@link Patience}. For one thread at a time, except
 * {@link #close}.
 */
public final class Wire implements AutoCloseable {

    /** Reads a message from a buffer, by the contract of the codec. */
    @FunctionalInterface
    public interface Decoder<M> {
        /** Returns the message, or empty if it is incomplete. */
        Optional<M> decode(ByteBuffer in) throws MalformedMessageException;
    }

    /** How a connection ended, as far as the suite has seen. */
    public enum End {
        /** The other side has ended its output. */
        FINISHED,
        /** The other side has reset the connection. */
        RESET,
        /** It goes on: nothing came in time. */
        OPEN
    }

    /**
     * What came until the end.
     *
     * @param end how it ended
     * @param bytes what came before
     */
    public record Rest(End end, byte[] bytes) {}

    private static final int CHUNK = 64 * 1024;

    private final String name;
    private final SocketChannel channel;
    private final Readiness readiness;
    private final Transcript transcript;
    private final Patience patience;

    /**
     * Takes a connected channel over, and closes it at the end.
     *
     * @param name for the record, such as "proxy" or "origin"
     */
    public Wire(String name, SocketChannel channel, Transcript transcript, Patience patience) throws IOException {
        this.name = name;
        this.channel = channel;
        this.transcript = transcript;
        this.patience = patience;
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        readiness = new Readiness(channel);
    }

    /** Returns its name in the record. */
    public String name() {
        return name;
    }

    /** Returns the suite's own address. */
    public InetSocketAddress localAddress() throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    /** Returns the other side's address. */
    public InetSocketAddress remoteAddress() throws IOException {
        return (InetSocketAddress) channel.getRemoteAddress();
    }

    /** Returns how long this waits. */
    public Patience patience() {
        return patience;
    }

    /** Sends a message of SOCKS5 in one write. */
    public Wire send(Message message) throws IOException, Violation {
        ByteBuffer encoded = message.encode();
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        return send(label(message), bytes);
    }

    /** Sends bytes given in hex, in one write. */
    public Wire send(String hex) throws IOException, Violation {
        return send(Label.RAW, Hex.bytes(hex));
    }

    /**
     * Sends bytes in one write.
     *
     * @throws Violation if the other side has closed, or does not take them in time
     */
    public Wire send(Label label, byte[] bytes) throws IOException, Violation {
        if (!trySend(label, bytes)) {
            throw new Violation("the connection was closed, and "
                    + (bytes.length == 1 ? "a byte" : bytes.length + " bytes") + " could not be sent");
        }
        return this;
    }

    /**
     * Sends bytes in one write, unless the other side has closed.
     *
     * @return {@code false} if it has
     * @throws Violation if it does not take them in time
     */
    public boolean trySend(Label label, byte[] bytes) throws IOException, Violation {
        transcript.sent(name, label, bytes);
        ByteBuffer out = ByteBuffer.wrap(bytes);
        while (out.hasRemaining()) {
            try {
                if (channel.write(out) == 0 && !readiness.await(SelectionKey.OP_WRITE, patience.answer())) {
                    throw new Violation("the program took only " + out.position() + " of " + bytes.length + " bytes in "
                            + text(patience.answer()));
                }
            } catch (IOException e) {
                if (!channel.isOpen()) {
                    throw e;
                }
                transcript.note(name, "cannot be written to any more: " + e.getMessage());
                return false;
            }
        }
        return true;
    }

    /**
     * Receives {@code count} bytes, and none beyond.
     *
     * @param what they should be, for the message
     * @throws Violation if fewer come in time, or before the end
     */
    public byte[] receive(Label label, String what, int count) throws IOException, Violation {
        ByteBuffer in = ByteBuffer.allocate(count);
        long deadline = System.nanoTime() + patience.answer().toNanos();
        while (in.hasRemaining()) {
            End end = read(in, Duration.ofNanos(deadline - System.nanoTime()));
            if (end != null) {
                byte[] came = came(label, in);
                throw new Violation("expected " + what + " (" + count + " bytes), but " + ended(end, came));
            }
        }
        return came(label, in);
    }

    /**
     * Receives one message, and no byte beyond.
     *
     * @param what it should be, for the message of the failure
     * @throws Violation if none comes in time, or it is malformed
     */
    public <M> M receive(Label label, String what, Decoder<M> decoder) throws IOException, Violation {
        return receive(label, what, decoder, patience.answer());
    }

    /**
     * Receives one message, and no byte beyond, within a time.
     *
     * @param what it should be, for the message of the failure
     * @throws Violation if none comes in time, or it is malformed
     */
    public <M> M receive(Label label, String what, Decoder<M> decoder, Duration time) throws IOException, Violation {
        ByteBuffer in = ByteBuffer.allocate(CHUNK + Short.MAX_VALUE);
        long deadline = System.nanoTime() + time.toNanos();
        while (true) {
            // One byte at a time: what follows the message is somebody else's.
            in.limit(in.position() + 1);
            End end = read(in, Duration.ofNanos(deadline - System.nanoTime()));
            if (end != null) {
                byte[] came = came(label, in);
                throw new Violation("expected " + what + ", but " + ended(end, came, time));
            }
            try {
                Optional<M> message = decoder.decode(in.duplicate().flip());
                if (message.isPresent()) {
                    came(label, in);
                    return message.get();
                }
            } catch (MalformedMessageException e) {
                byte[] came = came(label, in);
                throw new Violation(
                        "expected " + what + ", but " + Hex.shown(came) + " came, which is none: " + e.getMessage());
            }
        }
    }

    /**
     * Sends as much as the other side takes, without a record: for large streams.
     *
     * @param time how long to wait until it takes any
     * @return how many bytes; 0 if it takes none in time, -1 if it has closed
     */
    public int push(ByteBuffer out, Duration time) throws IOException {
        try {
            int count = channel.write(out);
            return count == 0 && readiness.await(SelectionKey.OP_WRITE, time) ? channel.write(out) : count;
        } catch (IOException e) {
            if (!channel.isOpen() || Thread.currentThread().isInterrupted()) {
                throw e;
            }
            transcript.note(name, "cannot be written to any more: " + e.getMessage());
            return -1;
        }
    }

    /**
     * Receives what is there, without a record: for large streams.
     *
     * @param in has room
     * @param time how long to wait if nothing is there
     * @return how many bytes; 0 if none come in time, -1 at the end
     */
    public int pull(ByteBuffer in, Duration time) throws IOException {
        int before = in.position();
        End end = read(in, time);
        return end == null ? in.position() - before : end == End.OPEN ? 0 : -1;
    }

    /** Receives until the end, at most {@code most} bytes, and for at most {@link Patience#answer}. */
    public Rest receiveRest(int most) throws IOException {
        return receiveRest(most, patience.answer());
    }

    /** Receives until the end, at most {@code most} bytes, and for at most that time. */
    public Rest receiveRest(int most, Duration time) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        long deadline = System.nanoTime() + time.toNanos();
        End end = null;
        while (end == null && bytes.size() < most) {
            ByteBuffer in = ByteBuffer.allocate(Math.min(CHUNK, most - bytes.size()));
            end = read(in, Duration.ofNanos(deadline - System.nanoTime()));
            bytes.writeBytes(came(Label.RAW, in));
        }
        return new Rest(end == null ? End.OPEN : end, bytes.toByteArray());
    }

    /**
     * Waits until the other side has ended the connection, in whichever way.
     *
     * @param after what happened before, for the message: "the reply"
     * @throws Violation if a byte comes, or the connection stays open
     */
    public void expectEnd(String after) throws IOException, Violation {
        Rest rest = receiveRest(CHUNK);
        if (rest.bytes().length > 0) {
            throw new Violation(
                    "expected the end of the connection after " + after + ", but " + Hex.shown(rest.bytes()) + " came");
        }
        if (rest.end() == End.OPEN) {
            throw new Violation("expected the end of the connection after " + after + ", but it was still open "
                    + text(patience.answer()) + " later");
        }
    }

    /**
     * Waits for {@link Patience#silence}, in which nothing may come.
     *
     * @param why nothing may come, for the message: "before the request"
     * @throws Violation if a byte comes, or the end
     */
    public void expectSilence(String why) throws IOException, Violation {
        ByteBuffer in = ByteBuffer.allocate(CHUNK);
        End end = read(in, patience.silence());
        byte[] came = came(Label.RAW, in);
        if (end != End.OPEN) {
            String what = end == null ? Hex.shown(came) + " came" : "the connection was ended";
            throw new Violation("nothing may come " + why + ", but " + what);
        }
    }

    /** Ends the output; the input goes on. */
    public void finish() throws IOException {
        transcript.note(name, "the suite ends its output");
        channel.shutdownOutput();
    }

    /** Resets the connection. */
    public void reset() throws IOException {
        transcript.note(name, "the suite resets the connection");
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        close();
    }

    /** Closes the connection; has no effect the second time. */
    @Override
    public void close() throws IOException {
        readiness.close();
        channel.close();
    }

    /** Reads what is there or comes in time; {@code null} means that something was. */
    private @Nullable End read(ByteBuffer in, Duration time) throws IOException {
        long deadline = System.nanoTime() + time.toNanos();
        try {
            while (true) {
                int count = channel.read(in);
                if (count > 0) {
                    return null;
                }
                if (count < 0) {
                    transcript.note(name, "the other side has ended its output");
                    return End.FINISHED;
                }
                if (!readiness.await(SelectionKey.OP_READ, Duration.ofNanos(deadline - System.nanoTime()))) {
                    return End.OPEN;
                }
            }
        } catch (IOException e) {
            if (!channel.isOpen()) {
                throw e;
            }
            transcript.note(name, "the other side has reset the connection");
            return End.RESET;
        }
    }

    private byte[] came(Label label, ByteBuffer in) {
        byte[] bytes = new byte[in.position()];
        in.duplicate().flip().get(bytes);
        if (bytes.length > 0) {
            transcript.received(name, label, bytes);
        }
        return bytes;
    }

    private String ended(End end, byte[] came) {
        return ended(end, came, patience.answer());
    }

    private static String ended(End end, byte[] came, Duration time) {
        String before = came.length == 0 ? "without a byte" : "after " + Hex.shown(came);
        return switch (end) {
            case FINISHED -> "the connection was closed " + before;
            case RESET -> "the connection was reset " + before;
            case OPEN ->
                came.length == 0
                        ? "nothing came in " + text(time)
                        : "nothing more came in " + text(time) + " after " + Hex.shown(came);
        };
    }

    private static String text(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }

    private static Label label(Message message) {
        if (message instanceof Greeting) {
            return Label.GREETING;
        } else if (message instanceof MethodSelection) {
            return Label.SELECTION;
        } else if (message instanceof PasswordRequest) {
            return Label.LOGIN;
        } else if (message instanceof PasswordResponse) {
            return Label.LOGIN_ANSWER;
        } else if (message instanceof Request) {
            return Label.REQUEST;
        } else if (message instanceof Reply) {
            return Label.REPLY;
        }
        return Label.RAW;
    }
}
