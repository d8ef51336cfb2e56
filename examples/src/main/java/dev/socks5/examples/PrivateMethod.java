package dev.socks5.examples;

import dev.socks5.client.Socks5Client;
import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.ClientNegotiation;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Negotiation;
import dev.socks5.codec.ServerNegotiation;
import dev.socks5.codec.Socks5Exception;
import dev.socks5.codec.Turn;
import dev.socks5.server.Socks5Server;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.Principal;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A private method of authentication (X'80'), both sides: a token, as the connectivity proxy of a cloud takes it.
 *
 * <pre>
 * client:  1 | length of token, 4 bytes | token | length of location, 1 byte | location
 * server:  1 | status: 0 if the token is good
 * </pre>
 */
public final class PrivateMethod {

    private static final AuthMethod METHOD = AuthMethod.of(0x80);
    private static final byte VERSION = 1;
    private static final int LONGEST = 16 * 1024;

    private PrivateMethod() {}

    /** What both sides have in common. */
    private abstract static class Token implements Negotiation {

        final byte[] token;
        Turn turn;

        Token(byte[] token, Turn first) {
            this.token = token;
            this.turn = first;
        }

        @Override
        public AuthMethod method() {
            return METHOD;
        }

        @Override
        public Turn turn() {
            return turn;
        }

        @Override
        public boolean receive(ByteBuffer in) throws Socks5Exception {
            boolean whole = missing(in) == 0;
            turn = whole ? take(in) : turn;
            return whole;
        }

        abstract Turn take(ByteBuffer message) throws Socks5Exception;
    }

    /** The client's side: one message, and the verdict on it. */
    private static final class TokenLogin extends Token implements ClientNegotiation {

        TokenLogin(byte[] token) {
            super(token, Turn.SEND);
        }

        @Override
        public ByteBuffer send() {
            turn = Turn.RECEIVE;
            ByteBuffer message = ByteBuffer.allocate(6 + token.length).put(VERSION);
            return message.putInt(token.length).put(token).put((byte) 0).flip();
        }

        @Override
        public int missing(ByteBuffer in) {
            return Math.max(0, 2 - in.remaining());
        }

        @Override
        Turn take(ByteBuffer verdict) throws AuthenticationFailedException {
            int status = verdict.get() == VERSION ? verdict.get() & 0xFF : 0xFF;
            if (status != 0) {
                throw new AuthenticationFailedException("the proxy did not accept the token", status);
            }
            return Turn.DONE;
        }
    }

    /** The server's side. A token that is too long is cut off, and so no good. */
    private static final class TokenCheck extends Token implements ServerNegotiation {

        private boolean good;

        TokenCheck(byte[] expected) {
            super(expected, Turn.RECEIVE);
        }

        @Override
        public int missing(ByteBuffer in) {
            int length = 5;
            if (in.remaining() >= length) {
                length += 1 + Math.min(LONGEST, in.getInt(in.position() + 1) & Integer.MAX_VALUE);
                length += in.remaining() < length ? 0 : in.get(in.position() + length - 1) & 0xFF;
            }
            return Math.max(0, length - in.remaining());
        }

        @Override
        Turn take(ByteBuffer message) {
            boolean known = message.get() == VERSION;
            byte[] offered = new byte[Math.min(LONGEST, message.getInt() & Integer.MAX_VALUE)];
            int location = message.get(offered).get() & 0xFF; // How long it is; what it is does not matter here.
            message.position(message.position() + location);
            good = known && MessageDigest.isEqual(offered, token);
            return Turn.SEND;
        }

        @Override
        public ByteBuffer send() {
            turn = good ? Turn.DONE : Turn.FAILED;
            return ByteBuffer.wrap(new byte[] {VERSION, (byte) (good ? 0 : 1)});
        }

        @Override
        public Optional<Principal> principal() {
            return turn == Turn.DONE ? Optional.of(() -> "bearer of the token") : Optional.empty();
        }
    }

    /**
     * Serves those who have the token, or fetches through such a server.
     *
     * @param args {@code serve HOST:PORT TOKEN}, until it is killed; or {@code fetch HOST:PORT TOKEN DEST:PORT}, which
     *     sends standard input to DEST and prints what comes back. It ends with status 1 if it is refused
     * @throws IOException if the connection breaks
     */
    public static void main(String[] args) throws IOException {
        if (args.length == 3 && args[0].equals("serve")) {
            serve(Endpoint.parse(args[1]), octets(args[2]));
        } else if (args.length == 4 && args[0].equals("fetch")) {
            System.exit(fetch(Endpoint.parse(args[1]), octets(args[2]), Endpoint.parse(args[3])));
        } else {
            System.err.println("usage: PrivateMethod serve HOST:PORT TOKEN | fetch HOST:PORT TOKEN DEST:PORT");
            System.exit(2);
        }
    }

    private static byte[] octets(String token) {
        return token.getBytes(StandardCharsets.UTF_8);
    }

    private static void serve(Endpoint address, byte[] token) throws IOException {
        // recipe: Private methods
        Socks5Server server = Socks5Server.builder()
                .listen(address.toInetSocketAddress())
                .method(METHOD, client -> new TokenCheck(token))
                .start();
        // end of recipe
        System.out.println("serving on " + Endpoint.of(server.localAddresses().get(0)));
    }

    private static int fetch(Endpoint proxy, byte[] token, Endpoint destination) throws IOException {
        // recipe: Private methods
        Socks5Client client = Socks5Client.builder()
                .proxy(proxy.toInetSocketAddress())
                .method((there, command, end) -> new TokenLogin(token))
                .build();
        // end of recipe
        try (Socket socket = client.connect(destination)) {
            CompletableFuture.runAsync(() -> copyInput(socket));
            socket.getInputStream().transferTo(System.out);
            System.out.flush();
            return 0; // If the answer ends first, nobody wants the rest of the question.
        } catch (Socks5Exception e) {
            System.err.println(e.getMessage());
            return 1;
        }
    }

    private static void copyInput(Socket socket) {
        try {
            System.in.transferTo(socket.getOutputStream());
            socket.shutdownOutput();
        } catch (IOException e) {
            System.err.println("the rest was not sent: " + e.getMessage());
        }
    }
}
