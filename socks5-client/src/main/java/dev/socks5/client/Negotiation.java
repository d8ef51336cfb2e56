package dev.socks5.client;

import dev.socks5.codec.ClientHandshake;
import dev.socks5.codec.Reply;
import dev.socks5.codec.ServerMessage;
import dev.socks5.codec.Socks5Exception;
import dev.socks5.codec.Turn;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A handshake over a connected socket, whose calls block. */
final class Negotiation {

    /** A reply with the longest name (RFC 1928 section 6); the other messages of a server are shorter. */
    private static final int LONGEST_MESSAGE = 262;

    private final Socket socket;
    private final ClientHandshake handshake;
    private final ByteBuffer in = ByteBuffer.allocate(LONGEST_MESSAGE).flip();

    Negotiation(Socket socket, ClientHandshake handshake) {
        this.socket = socket;
        this.handshake = handshake;
    }

    /**
     * Goes on to the next reply: the only one, or one of the two of a BIND. The socket's read timeout is another one then.
     */
    Reply reply(Deadline deadline) throws IOException {
        while (true) {
            try {
                if (handshake.turn() == Turn.SEND) {
                    send(handshake.send());
                } else if (receive(deadline).orElse(null) instanceof Reply reply) {
                    return reply;
                }
            } catch (Socks5Exception | SocketTimeoutException e) {
                throw e;
            } catch (IOException e) {
                // A socket that is closed was closed here, by an interrupt or another thread; else the proxy has ended
                // it.
                throw socket.isClosed() ? e : ended(e);
            }
        }
    }

    private IOException ended(IOException e) {
        Socks5Exception failure = handshake.closed(in);
        failure.initCause(e);
        return failure;
    }

    /** One write, which does not wait: all the messages together are shorter than a send buffer. */
    private void send(ByteBuffer message) throws IOException {
        socket.getOutputStream()
                .write(message.array(), message.arrayOffset() + message.position(), message.remaining());
    }

    /** Reads no more than is missing: what follows the handshake is the tunnel's. */
    private Optional<? extends ServerMessage> receive(Deadline deadline) throws IOException {
        socket.setSoTimeout(deadline.remainingMillis());
        byte[] more = new byte[handshake.missing(in)];
        int count = socket.getInputStream().read(more);
        if (count < 0) {
            throw new EOFException();
        }
        in.compact().put(more, 0, count).flip();
        return handshake.receive(in);
    }
}
