package dev.socks5.codec;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Walks a row of proxies over one connection, without I/O: each proxy except the last is asked to connect to the next
 * one, and the last one gets the request. A row of one proxy is a plain {@link ClientHandshake}, whose receive buffer
 * this class owns.
 *
 * <pre>
 * handshake with hop 0: CONNECT to hop 1 --&gt; handshake with hop 1: CONNECT to hop 2 --&gt; ... --&gt; the last: the
 * request
 * </pre>
 *
 * <p>The driver of the connection asks whose {@link #turn()} it is. It never reads into the tunnel, because
 * {@link #input()} has exactly the room that is missing:
 *
 * <pre>{@code
 * List<Hop> hops = List.of(Hop.of(Endpoint.of("192.0.2.1", 1080), null));
 * ProxyChain chain = new ProxyChain(hops, Request.connect(Endpoint.of("example.com", 443)));
 * while (chain.turn() != Turn.DONE) {
 *     if (chain.turn() == Turn.SEND) {
 *         channel.write(chain.send());
 *     } else if (channel.read(chain.input()) < 0) {
 *         throw chain.closed();
 *     } else {
 *         chain.receive();
 *     }
 * }
 * }</pre>
 *
 * <p>Where proxies use a security mechanism, the driver asks for the {@link #protection()} before each {@link #send()}.
 * The protection of a later hop lies inside that of an earlier one.
 *
 * <p>Not safe for use by several threads at once.
 */
public final class ProxyChain {

    private final List<? extends Hop> hops;
    private final Request request;
    private ByteBuffer received = ByteBuffer.allocate(Reply.MAX_LENGTH);
    private ClientHandshake handshake;
    private int hop;

    /** One proxy of the row. */
    public interface Hop {

        /**
         * Returns the endpoint that the proxy before this one is asked to connect to.
         *
         * @return the proxy's address or name
         */
        Endpoint endpoint();

        /**
         * Begins a handshake with this proxy. Called once for each walk, and not before the proxy before this one has
         * connected to it: a login is not asked for before it is needed.
         *
         * @param request what to ask this proxy for
         * @return a new handshake
         */
        ClientHandshake handshake(Request request);

        /**
         * Makes the hop of a proxy that asks for no authentication or for a login.
         *
         * @param endpoint the proxy's address or name, which failures name as well
         * @param login the user name and password, sent only if the proxy selects that method; {@code null} for none
         * @return a hop that can be used for any number of walks
         */
        static Hop of(Endpoint endpoint, @Nullable PasswordRequest login) {
            return new Hop() {
                @Override
                public Endpoint endpoint() {
                    return endpoint;
                }

                @Override
                public ClientHandshake handshake(Request request) {
                    return new ClientHandshake(request, login, null, endpoint);
                }
            };
        }
    }

    /**
     * Begins the walk: {@link Hop#handshake} of the first proxy is called.
     *
     * @param hops the proxies, from here to there; at least one
     * @param request what to ask the last one for
     * @throws IllegalArgumentException if there is no proxy
     */
    public ProxyChain(List<? extends Hop> hops, Request request) {
        if (hops.isEmpty()) {
            throw new IllegalArgumentException("a chain has at least one proxy");
        }
        this.hops = List.copyOf(hops);
        this.request = request;
        this.handshake = handshakeWith(0);
    }

    private ClientHandshake handshakeWith(int index) {
        boolean last = index == hops.size() - 1;
        return hops.get(index)
                .handshake(last ? request : Request.connect(hops.get(index + 1).endpoint()));
    }

    /**
     * Tells what has to be done next.
     *
     * @return {@link Turn#SEND} for {@link #send()}, {@link Turn#RECEIVE} for {@link #input()} and {@link #receive()},
     *     {@link Turn#DONE} once the last proxy has given its last reply
     */
    public Turn turn() {
        return handshake.turn();
    }

    /**
     * Returns the proxy that the walk has reached.
     *
     * @return its index, from 0
     */
    public int hop() {
        return hop;
    }

    /**
     * Tells whether the walk has reached the last proxy: the failures that it reports are about the request itself.
     *
     * @return whether no proxy follows
     */
    public boolean isAtLast() {
        return hop == hops.size() - 1;
    }

    /**
     * Returns the next bytes to write.
     *
     * @return a new heap buffer, ready to be read
     * @throws IllegalStateException if it is not this side's turn to send
     */
    public ByteBuffer send() {
        return handshake.send();
    }

    /**
     * Returns the buffer to read into. Its room is what is missing of the next message, at the least: what follows is
     * never read too soon, and stays in the socket.
     *
     * @return a heap buffer with an array and at least one byte of room; the same one until {@link #receive()}
     * @throws IllegalStateException if it is not the proxy's turn
     */
    public ByteBuffer input() {
        int length = received.position() + handshake.missing(view());
        if (length > received.capacity()) {
            received = ByteBuffer.allocate(length).put(view());
        }
        return received.limit(length);
    }

    /** Gives the bytes that were received and not taken, ready to be read. */
    private ByteBuffer view() {
        return received.duplicate().flip();
    }

    /**
     * Takes what was read into {@link #input()}; does nothing if that is not a whole message. Once a proxy has
     * connected to the next one, the walk goes on with that one.
     *
     * @return the reply of the last proxy (of a BIND, each of the two), or empty if it has not replied yet
     * @throws Socks5Exception as {@link ClientHandshake#receive} does; {@link #hop()} tells which proxy has failed
     * @throws IllegalStateException if it is not the proxy's turn
     */
    public Optional<Reply> receive() throws Socks5Exception {
        received.flip();
        Optional<? extends ServerMessage> message;
        try {
            message = handshake.receive(received);
        } finally {
            received.compact();
        }
        if (!isAtLast()) {
            if (turn() == Turn.DONE) {
                hop++;
                handshake = handshakeWith(hop);
            }
            return Optional.empty();
        }
        return message.filter(Reply.class::isInstance).map(Reply.class::cast);
    }

    /**
     * Returns the protection that everything for the current proxy and beyond has to go through, see
     * {@link ClientHandshake#protection()}.
     *
     * @return empty if this proxy has agreed to none, or not yet
     */
    public Optional<Protection> protection() {
        return handshake.protection();
    }

    /**
     * Tells what it means that the connection has ended now, by what was received before.
     *
     * @return the failure to report, see {@link ClientHandshake#closed}
     * @throws IllegalStateException if the walk is over
     */
    public Socks5Exception closed() {
        return handshake.closed(view());
    }
}
