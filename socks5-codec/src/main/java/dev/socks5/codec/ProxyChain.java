package dev.socks5.codec;

import java.nio.ByteBuffer;
import java.util.ArrayList;
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
 * <p>Where a method may protect, the driver asks for the {@link #protection()} before each {@link #send()}, and puts
 * everything through it from then on. The protection of a later hop lies inside that of an earlier one. A proxy that
 * {@linkplain Hop#isSecured is secured} is the driver's own matter: it does so when {@link #hop()} reaches it.
 *
 * <p>A proxy that takes what is {@linkplain Hop#sendAhead sent ahead} gets the next proxy's messages as well, as far as
 * that one takes them, without having replied: through proxies of one method each, everything goes in one flight.
 *
 * <p>Not safe for use by several threads at once.
 */
public final class ProxyChain implements AutoCloseable {

    /** The most bytes of early data: less than the least buffer of a socket, so that to write them does not wait. */
    public static final int MAX_EARLY_DATA = 16 * 1024;

    /** More than is needed of any message but those of a method, which may be as long as it likes. */
    private static final int MAX_STEP = 8 * 1024;

    private final List<? extends Hop> hops;
    private final Request request;
    private final ByteBuffer earlyData;
    private final List<ClientHandshake> begun = new ArrayList<>();
    private ByteBuffer received = ByteBuffer.allocate(Reply.MAX_LENGTH);
    private int hop;
    private boolean failed;

    /** One proxy of the row. */
    public interface Hop {

        /**
         * Returns the endpoint that the proxy before this one is asked to connect to.
         *
         * @return the proxy's address or name
         */
        Endpoint endpoint();

        /**
         * Begins a handshake with this proxy. Called once for each walk. Where nothing is sent ahead, it is not called
         * before the proxy before this one has connected to it: a login is not asked for before it is needed.
         *
         * @param request what to ask this proxy for
         * @param destination of the last request, for a login that depends on it
         * @return a new handshake
         */
        ClientHandshake handshake(Request request, Endpoint destination);

        /**
         * Tells what may be sent to this proxy without waiting for its answers.
         *
         * @return nothing, unless overridden
         */
        default SendAhead sendAhead() {
            return SendAhead.NOTHING;
        }

        /**
         * Tells whether the driver of the connection secures it, by TLS for example, before the first bytes for this
         * proxy: once {@link ProxyChain#hop()} is this proxy, and before {@link ProxyChain#send()} is called for it.
         * Nothing is sent to it sooner.
         *
         * @return false, unless overridden
         */
        default boolean isSecured() {
            return false;
        }

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
                public ClientHandshake handshake(Request request, Endpoint destination) {
                    return new ClientHandshake(request, Offers.of(login), endpoint);
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
        this(hops, request, ByteBuffer.allocate(0));
    }

    /**
     * Begins the walk, and sends the first bytes of the tunnel right behind the last request, without waiting for the
     * reply. If the request fails, they are lost, and a proxy on the way may have seen them.
     *
     * @param hops as above
     * @param request as above; of a CONNECT if there is data
     * @param earlyData up to {@link #MAX_EARLY_DATA} bytes; its position stays
     * @throws IllegalArgumentException if there is no proxy, too much data, or data that no tunnel is asked for
     */
    public ProxyChain(List<? extends Hop> hops, Request request, ByteBuffer earlyData) {
        if (hops.isEmpty()) {
            throw new IllegalArgumentException("a chain has at least one proxy");
        }
        if (earlyData.remaining() > MAX_EARLY_DATA) {
            throw new IllegalArgumentException(
                    String.format("early data has at most %d bytes, not %d", MAX_EARLY_DATA, earlyData.remaining()));
        }
        if (earlyData.hasRemaining() && !request.command().equals(Command.CONNECT)) {
            throw new IllegalArgumentException("early data goes with a CONNECT, and not with " + request.command());
        }
        this.hops = List.copyOf(hops);
        this.request = request;
        this.earlyData = earlyData.duplicate();
        begin(0);
    }

    private ClientHandshake begin(int index) {
        Request its = index == hops.size() - 1
                ? request
                : Request.connect(hops.get(index + 1).endpoint());
        ClientHandshake next = hops.get(index).handshake(its, request.destination());
        begun.add(next);
        return next;
    }

    /** Gives the handshake with the current proxy; if that could not begin, the one before. */
    private ClientHandshake handshake() {
        return begun.get(Math.min(hop, begun.size() - 1));
    }

    /**
     * Tells what has to be done next.
     *
     * @return {@link Turn#SEND} for {@link #send()}, {@link Turn#RECEIVE} for {@link #input()} and {@link #receive()},
     *     {@link Turn#DONE} once the last proxy has given its last reply
     */
    public Turn turn() {
        return failed ? Turn.FAILED : handshake().turn();
    }

    /**
     * Returns the proxy that the walk has reached; after a failure, the one that it is about.
     *
     * @return its index, from 0
     */
    public int hop() {
        return hop;
    }

    /**
     * Tells whether the current proxy has let this side in, see {@link ClientHandshake#isNegotiated()}.
     *
     * @return whether only the request to this proxy is left, or the walk has failed there
     */
    public boolean isNegotiated() {
        return hop < begun.size() && handshake().isNegotiated();
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
     * Returns the next bytes to write, and those that may go ahead behind them. May block if the negotiation of a
     * method does.
     *
     * @return a new heap buffer with an array, ready to be read
     * @throws Socks5Exception if the negotiation of a method gives up
     * @throws IllegalStateException if it is not this side's turn to send
     */
    public ByteBuffer send() throws Socks5Exception {
        turn().require(Turn.SEND);
        try {
            return Wire.joined(flight());
        } catch (Socks5Exception | RuntimeException | Error e) {
            fail();
            throw e;
        }
    }

    private List<ByteBuffer> flight() throws Socks5Exception {
        List<ByteBuffer> flight = new ArrayList<>();
        int sending = hop;
        SendAhead ahead = hops.get(sending).sendAhead();
        flight.add(handshake().send(ahead));
        while (sending < hops.size() - 1 && goesOn(sending)) {
            sending++;
            flight.add(begin(sending).send(hops.get(sending).sendAhead()));
        }
        if (sending == hops.size() - 1 && begun.get(sending).isRequestSent() && earlyData.hasRemaining()) {
            flight.add(Wire.flip(ByteBuffer.allocate(earlyData.remaining()).put(earlyData)));
        }
        return flight;
    }

    /** Tells whether the proxy behind this one can be talked to, though this one has not replied. */
    private boolean goesOn(int index) {
        return begun.get(index).isRequestSent()
                && hops.get(index).sendAhead() != SendAhead.NOTHING
                && hops.get(index + 1).sendAhead() != SendAhead.NOTHING
                && !hops.get(index + 1).isSecured();
    }

    /**
     * Returns the buffer to read into. Its room is not more than what is missing of the next message: what follows is
     * never read too soon, and stays in the socket.
     *
     * @return a heap buffer with an array and at least one byte of room; the same one until {@link #receive()}
     * @throws IllegalStateException if it is not the proxy's turn
     */
    public ByteBuffer input() {
        turn().require(Turn.RECEIVE);
        int length = received.position() + Math.min(MAX_STEP, handshake().missing(view()));
        if (length > received.capacity()) {
            received = ByteBuffer.allocate(length).put(view());
        }
        return Wire.limit(received, length);
    }

    /** Gives the bytes that were received and not taken, ready to be read. */
    private ByteBuffer view() {
        return Wire.flip(received.duplicate());
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
        turn().require(Turn.RECEIVE);
        Wire.flip(received);
        try {
            boolean taken = handshake().receive(received);
            if (isAtLast()) {
                return taken ? handshake().reply() : Optional.empty();
            }
            goOn();
            return Optional.empty();
        } catch (Socks5Exception | RuntimeException | Error e) {
            fail();
            throw e;
        } finally {
            received.compact();
        }
    }

    /** Goes on to the next proxy once this one has connected to it. */
    private void goOn() {
        if (handshake().turn() == Turn.DONE) {
            hop++;
            if (begun.size() == hop) {
                begin(hop);
            }
        }
    }

    private void fail() {
        failed = true;
        close();
    }

    /**
     * Returns the protection that everything for the current proxy and beyond has to go through, see
     * {@link ClientHandshake#protection()}.
     *
     * @return empty if this proxy has agreed to none, or not yet
     */
    public Optional<Protection> protection() {
        return handshake().protection();
    }

    /**
     * Tells what it means that the connection has ended now, by what was received before.
     *
     * @return the failure to report, see {@link ClientHandshake#closed}
     * @throws IllegalStateException if the walk is over
     */
    public Socks5Exception closed() {
        Socks5Exception failure = handshake().closed(view());
        fail();
        return failure;
    }

    /**
     * Ends the negotiations of methods, see {@link ClientHandshake#close()}. Needed only if the walk is given up before
     * it is over.
     */
    @Override
    public void close() {
        begun.forEach(ClientHandshake::close);
    }
}
