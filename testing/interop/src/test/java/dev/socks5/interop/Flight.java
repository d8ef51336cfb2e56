package dev.socks5.interop;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.socks5.codec.ClientHandshake;
import dev.socks5.codec.ClientNegotiation;
import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.codec.ProxyChain;
import dev.socks5.codec.Request;
import dev.socks5.codec.SendAhead;
import dev.socks5.codec.Turn;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Messages that a server gets in one write, as our client would send them. What it does not answer is sent once more:
 * if that is answered, and nothing of it comes out of the tunnel, then the first one was lost, and not only slow.
 *
 * @param login the login, the only method to offer; {@code null} to offer no authentication
 * @param ahead what goes without waiting
 * @param firstBytes of the tunnel, behind the request; may be empty
 */
record Flight(@Nullable PasswordRequest login, SendAhead ahead, String firstBytes) {

    private static final int QUIET_MILLIS = 1_000;
    private static final int PATIENCE_MILLIS = 20_000;
    private static final char MARK = '!';

    /** Sends it; a tunnel that comes of it leads to an echo. */
    Finding to(InetSocketAddress server, Request request) throws IOException {
        try (Socket socket = new Socket(server.getAddress(), server.getPort())) {
            socket.setTcpNoDelay(true);
            boolean repeated = shakeHands(socket, chain(server, request), messagesAhead(request));
            if (!repeated && firstBytes.isEmpty()) {
                return Finding.TAKES;
            }
            return echoOfAll(socket).isEmpty() ? Finding.LOSES : Finding.TAKES;
        } catch (MalformedMessageException e) {
            return Finding.MIXES_UP;
        } catch (EOFException e) {
            return Finding.CLOSES;
        }
    }

    private ProxyChain chain(InetSocketAddress server, Request request) {
        Endpoint proxy = Endpoint.of(server);
        ProxyChain.Hop hop = new ProxyChain.Hop() {
            @Override
            public Endpoint endpoint() {
                return proxy;
            }

            @Override
            public ClientHandshake handshake(Request its, Endpoint destination) {
                ClientNegotiation offer =
                        login == null ? ClientNegotiation.noAuthentication() : ClientNegotiation.password(login);
                return new ClientHandshake(its, List.of(offer), proxy);
            }

            @Override
            public SendAhead sendAhead() {
                return ahead;
            }
        };
        return new ProxyChain(List.of(hop), request, ByteBuffer.wrap(firstBytes.getBytes(ISO_8859_1)));
    }

    /** What is repeated if it is not answered: only where a tunnel shows whether it was slow or lost. */
    private Queue<ByteBuffer> messagesAhead(Request request) {
        Queue<ByteBuffer> messages = new ArrayDeque<>();
        if (!request.command().equals(Command.CONNECT)) {
            return messages;
        }
        if (login != null && ahead == SendAhead.ALL) {
            messages.add(login.encode());
        }
        if (ahead != SendAhead.NOTHING) {
            messages.add(request.encode());
        }
        return messages;
    }

    /** Gets through the handshake, and tells whether a message had to be repeated. */
    private static boolean shakeHands(Socket socket, ProxyChain chain, Queue<ByteBuffer> messages) throws IOException {
        boolean repeated = false;
        while (chain.turn() != Turn.DONE) {
            if (chain.turn() == Turn.SEND) {
                socket.getOutputStream().write(chain.send().array());
                continue;
            }
            socket.setSoTimeout(messages.isEmpty() ? PATIENCE_MILLIS : QUIET_MILLIS);
            try {
                receive(socket, chain.input());
                chain.receive();
            } catch (SocketTimeoutException e) {
                if (messages.isEmpty()) {
                    throw e;
                }
                socket.getOutputStream().write(messages.remove().array());
                repeated = true;
            }
        }
        return repeated;
    }

    private static void receive(Socket socket, ByteBuffer buffer) throws IOException {
        int length = socket.getInputStream()
                .read(buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining());
        if (length < 0) {
            throw new EOFException();
        }
        buffer.position(buffer.position() + length);
    }

    /** What comes out of the tunnel before a mark that is sent now. */
    private static String echoOfAll(Socket socket) throws IOException {
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.getOutputStream().write(MARK);
        StringBuilder echo = new StringBuilder();
        for (int next = socket.getInputStream().read();
                next != MARK;
                next = socket.getInputStream().read()) {
            if (next < 0) {
                throw new EOFException();
            }
            echo.append((char) next);
        }
        return echo.toString();
    }
}
