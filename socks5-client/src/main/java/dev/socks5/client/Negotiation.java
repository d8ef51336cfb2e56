package dev.socks5.client;

import dev.socks5.codec.ClientHandshake;
import dev.socks5.codec.Reply;
import dev.socks5.codec.ServerMessage;
import dev.socks5.codec.Socks5Exception;
import dev.socks5.codec.Turn;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** A handshake over a connected socket, whose calls block. */
final class Negotiation {

    private final Socket socket;
    private final Exchange exchange;

    Negotiation(Socket socket, ClientHandshake handshake) {
        this.socket = socket;
        this.exchange = new Exchange(handshake);
    }

    /**
     * Goes on to the next reply: the only one, or one of the two of a BIND. The socket's read timeout is another one then.
     */
    Reply reply(Deadline deadline) throws IOException {
        while (true) {
            try {
                if (exchange.turn() == Turn.SEND) {
                    send(exchange.send());
                } else if (receive(deadline).orElse(null) instanceof Reply reply) {
                    return reply;
                }
            } catch (Socks5Exception | SocketTimeoutException e) {
                throw e;
            } catch (IOException e) {
                // A socket that is closed was closed here, by an interrupt or another thread; else the proxy has ended
                // it.
                throw socket.isClosed() ? e : exchange.ended(e);
            }
        }
    }

    /** One write, which does not wait: all the messages together are shorter than a send buffer. */
    private void send(ByteBuffer message) throws IOException {
        socket.getOutputStream()
                .write(message.array(), message.arrayOffset() + message.position(), message.remaining());
    }

    private Optional<? extends ServerMessage> receive(Deadline deadline) throws IOException {
        socket.setSoTimeout(deadline.remainingMillis());
        return exchange.receive(this::read);
    }

    private int read(ByteBuffer buffer) throws IOException {
        int count = socket.getInputStream()
                .read(buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining());
        buffer.position(buffer.position() + Math.max(0, count));
        return count;
    }
}
