package dev.socks5.examples;

import dev.socks5.codec.ClientHandshake;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.codec.Reply;
import dev.socks5.codec.Request;
import dev.socks5.codec.ServerHandshake;
import dev.socks5.codec.ServerNegotiation;
import dev.socks5.codec.Socks5Exception;
import dev.socks5.codec.Turn;
import dev.socks5.codec.UdpHeader;
import dev.socks5.examples.Picture.Message;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Plays what client and proxy say to each other, with the codec on both sides, and writes it down. */
final class Conversation {

    private static final HexFormat HEX = HexFormat.ofDelimiter(" ").withUpperCase();
    private static final PasswordRequest LOGIN = new PasswordRequest("alice", "secret");

    /** The participants, as the pictures name them. */
    private static final String CLIENT = "C";

    private static final String PROXY = "P";
    private static final String DESTINATION = "D";

    private final List<Message> messages = new ArrayList<>();

    List<Message> messages() {
        return messages;
    }

    /** Adds a handshake with a proxy that asks for no login. */
    Conversation open(Request request, Reply... replies) throws Socks5Exception {
        return talk(new ClientHandshake(request), ServerNegotiation.noAuthentication(), replies);
    }

    /** Adds a handshake with a proxy that knows one user. */
    Conversation guarded(PasswordRequest login, Request request, Reply... replies) throws Socks5Exception {
        ServerNegotiation method = ServerNegotiation.password(
                said -> Optional.of(said).filter(LOGIN::equals).map(user -> user::username));
        return talk(new ClientHandshake(request, login), method, replies);
    }

    /** Adds a handshake with a proxy that takes no method. */
    Conversation closed(Request request) throws Socks5Exception {
        return talk(new ClientHandshake(request), null);
    }

    private Conversation talk(ClientHandshake client, @Nullable ServerNegotiation method, Reply... replies)
            throws Socks5Exception {
        Proxy proxy = new Proxy(method, List.of(replies).iterator());
        while (client.turn() == Turn.SEND || client.turn() == Turn.RECEIVE) {
            if (client.turn() == Turn.SEND) {
                proxy.hear(say(CLIENT, PROXY, client.send()));
            } else {
                hear(client, say(PROXY, CLIENT, proxy.answer()));
            }
        }
        return this;
    }

    private static void hear(ClientHandshake client, ByteBuffer message) {
        try {
            client.receive(message);
        } catch (Socks5Exception refused) {
            client.close();
        }
    }

    /** Adds a payload to the destination, and another that comes back. */
    Conversation datagrams(Endpoint destination, String payload, String answer) throws MalformedMessageException {
        ByteBuffer sent = say(CLIENT, PROXY, datagram(destination, payload));
        UdpHeader header = UdpHeader.decode(sent).orElseThrow();
        say(PROXY, DESTINATION, sent);
        say(DESTINATION, PROXY, ByteBuffer.wrap(answer.getBytes(StandardCharsets.US_ASCII)));
        say(PROXY, CLIENT, datagram(header.destination(), answer));
        return this;
    }

    private static ByteBuffer datagram(Endpoint destination, String payload) {
        UdpHeader header = UdpHeader.of(destination);
        ByteBuffer datagram = ByteBuffer.allocate(header.encodedLength() + payload.length());
        header.encode(datagram);
        return datagram.put(payload.getBytes(StandardCharsets.US_ASCII)).flip();
    }

    private ByteBuffer say(String from, String to, ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        messages.add(new Message(from, to, HEX.formatHex(copy)));
        return bytes;
    }

    /** The proxy's side: the method, unless it takes none, and the replies in their order. */
    private static final class Proxy {

        private final ServerHandshake handshake = new ServerHandshake();
        private final @Nullable ServerNegotiation method;
        private final Iterator<Reply> replies;
        private boolean selected;

        Proxy(@Nullable ServerNegotiation method, Iterator<Reply> replies) {
            this.method = method;
            this.replies = replies;
        }

        void hear(ByteBuffer message) {
            try {
                if (method != null && selected && method.turn() == Turn.RECEIVE) {
                    method.receive(message);
                } else {
                    handshake.receive(message);
                }
            } catch (Socks5Exception refusal) {
                // It is the answer that says so.
            }
        }

        ByteBuffer answer() throws Socks5Exception {
            if (!selected) {
                selected = true;
                return method == null ? handshake.refuse() : handshake.select(method);
            }
            return method != null && method.turn() == Turn.SEND ? method.send() : handshake.send(replies.next());
        }
    }
}
