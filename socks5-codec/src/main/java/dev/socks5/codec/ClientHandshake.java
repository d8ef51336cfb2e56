package dev.socks5.codec;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The client's half of the handshake (RFC 1928 sections 3 to 6), without I/O. {@link ServerHandshake} is the other
 * half, and {@link ProxyChain} drives this class, along one proxy or several.
 *
 * <pre>
 * GREETING --&gt; METHOD --&gt; NEGOTIATION --&gt; REQUEST --&gt; REPLY --+--------------------&gt; DONE
 *                         {@link ClientNegotiation}                |                       ^
 *                                                            +--(BIND)--&gt; BIND_REPLY --+
 * </pre>
 *
 * <p>Whoever has the bytes drives it, by asking whose {@link #turn()} it is:
 *
 * <pre>{@code
 * ClientHandshake handshake = new ClientHandshake(Request.connect(Endpoint.of("example.com", 443)));
 * while (handshake.turn() != Turn.DONE) {
 *     if (handshake.turn() == Turn.SEND) {
 *         write(handshake.send());
 *     } else {
 *         read(buffer);
 *         handshake.receive(buffer);
 *     }
 * }
 * }</pre>
 *
 * <p>It takes exactly the handshake's bytes from a buffer: those that follow are the tunnel's. A driver that cannot
 * put bytes back reads no more than {@link #missing(ByteBuffer)} at a time. Of a BIND, both replies are received.
 *
 * <p>Where a method may protect, the driver asks for the {@link #protection()} before it sends the request, and if
 * there is any, puts everything through it from then on: what it sends before it is written, what it receives before it
 * comes here.
 *
 * <p>Not safe for use by several threads at once.
 */
public final class ClientHandshake implements AutoCloseable {

    private enum State {
        GREETING(Turn.SEND, "selecting a method"),
        METHOD(Turn.RECEIVE, "selecting a method"),
        NEGOTIATION(Turn.RECEIVE, "answering the login"), // or as the negotiation says whose turn it is
        REQUEST(Turn.SEND, "answering the request"),
        REPLY(Turn.RECEIVE, "answering the request"),
        BIND_REPLY(Turn.RECEIVE, "answering the request"),
        DONE(Turn.DONE, ""),
        FAILED(Turn.FAILED, "");

        private final Turn turn;
        private final String expected; // of the proxy

        State(Turn turn, String expected) {
            this.turn = turn;
            this.expected = expected;
        }
    }

    private final Request request;
    private final Offers offers;
    private final @Nullable Endpoint proxy;
    private State state = State.GREETING;
    private boolean requestSent;
    private boolean negotiated;
    private @Nullable Reply reply;

    /**
     * A handshake that offers no authentication.
     *
     * @param request what to ask for
     */
    public ClientHandshake(Request request) {
        this(request, null);
    }

    /**
     * A handshake that offers no authentication and, if there is a login, that as well. The login is sent only if the
     * server selects it.
     *
     * @param request what to ask for
     * @param login the user name and password, or {@code null} for none
     */
    public ClientHandshake(Request request, @Nullable PasswordRequest login) {
        this(request, Offers.of(login), null);
    }

    /**
     * A handshake that offers methods of choice, and whose failures name the proxy.
     *
     * @param request what to ask for
     * @param offers a new negotiation for each method on offer, in order of preference, at least one. The handshake
     *     closes all of them
     * @param proxy what {@link Socks5Exception#proxy()} is to say, or {@code null} for nothing
     * @throws IllegalArgumentException if there is no method, one is there twice, or one is
     *     {@link AuthMethod#NO_ACCEPTABLE}
     */
    public ClientHandshake(Request request, List<? extends ClientNegotiation> offers, @Nullable Endpoint proxy) {
        this(request, new Offers(offers), proxy);
    }

    ClientHandshake(Request request, Offers offers, @Nullable Endpoint proxy) {
        this.request = request;
        this.offers = offers;
        this.proxy = proxy;
    }

    /**
     * Tells what has to be done next.
     *
     * @return {@link Turn#SEND} for {@link #send()}, {@link Turn#RECEIVE} for {@link #receive(ByteBuffer)}
     */
    public Turn turn() {
        return state == State.NEGOTIATION ? offers.selected().turn() : state.turn;
    }

    /**
     * The next message to write, whole. May block if the method's negotiation does.
     *
     * @return a new buffer, ready to be read
     * @throws Socks5Exception if the method's negotiation gives up
     * @throws IllegalStateException if it is not this side's turn to send
     */
    public ByteBuffer send() throws Socks5Exception {
        return send(SendAhead.NOTHING);
    }

    /**
     * The next message to write, whole, and what can be sent behind it without waiting for an answer. What comes back
     * is received as ever.
     *
     * @param ahead what may be sent behind it
     * @return as {@link #send()}
     * @throws Socks5Exception as {@link #send()}
     */
    public ByteBuffer send(SendAhead ahead) throws Socks5Exception {
        turn().require(Turn.SEND);
        try {
            return Wire.joined(flight(ahead));
        } catch (Socks5Exception | RuntimeException | Error e) {
            fail(e);
            throw e;
        }
    }

    private List<ByteBuffer> flight(SendAhead ahead) throws Socks5Exception {
        ClientNegotiation negotiation = offers.selected();
        List<ByteBuffer> flight = new ArrayList<>();
        if (state == State.GREETING) {
            flight.add(offers.greeting().encode());
            state = State.METHOD;
            if (ahead == SendAhead.ALL && offers.isSingle() && negotiation.turn() == Turn.SEND) {
                flight.add(negotiation.send());
            }
        } else if (state == State.NEGOTIATION) {
            flight.add(negotiation.send());
            settle();
        }
        boolean inTurn = flight.isEmpty();
        boolean mayGoAhead = ahead != SendAhead.NOTHING && (state != State.METHOD || offers.isSingle());
        if (inTurn || (mayGoAhead && offers.leaveRequestClear())) {
            flight.add(request.encode());
            requestSent = true;
            state = state == State.REQUEST ? State.REPLY : state;
        }
        return flight;
    }

    /**
     * Tells whether the method's negotiation has succeeded, so that only the request is left. That stays true, also if
     * the request fails. A request that is sent ahead makes no difference.
     *
     * @return whether the server has let this side in
     */
    public boolean isNegotiated() {
        return negotiated;
    }

    boolean isRequestSent() {
        return requestSent;
    }

    /**
     * Takes the next message from the front of a buffer. May block if the negotiation of the method that the server has
     * selected does.
     *
     * @param in the bytes received; its position is moved past the message, if there was a whole one
     * @return whether there was one; {@link #reply()} gives it if it was a reply
     * @throws MalformedMessageException if the server sent something else, or selected a method that was not offered,
     *     or what was sent ahead does not fit its answer
     * @throws NoAcceptableMethodException if the server takes none of the methods offered
     * @throws AuthenticationFailedException if the server did not accept the login, or has aborted
     * @throws GssapiException if no security context comes about, or it protects too little
     * @throws RequestRejectedException if the server did not do what was asked
     * @throws IllegalStateException if it is not the server's turn
     */
    public boolean receive(ByteBuffer in) throws Socks5Exception {
        turn().require(Turn.RECEIVE);
        try {
            return switch (state) {
                case METHOD -> receiveSelection(in);
                case NEGOTIATION -> negotiate(in);
                default -> receiveReply(in);
            };
        } catch (Socks5Exception | RuntimeException | Error e) {
            fail(e);
            throw e;
        }
    }

    private boolean receiveSelection(ByteBuffer in) throws Socks5Exception {
        Optional<MethodSelection> selection = MethodSelection.decode(in);
        if (selection.isPresent()) {
            offers.select(selection.get().method());
            state = State.NEGOTIATION;
            settle();
        }
        return selection.isPresent();
    }

    private boolean negotiate(ByteBuffer in) throws Socks5Exception {
        boolean taken = offers.selected().receive(in);
        settle();
        return taken;
    }

    /** Goes on to the request if the negotiation is over. */
    private void settle() throws Socks5Exception {
        if (offers.areSettled(requestSent)) {
            negotiated = true;
            state = requestSent ? State.REPLY : State.REQUEST;
        }
    }

    private boolean receiveReply(ByteBuffer in) throws Socks5Exception {
        Optional<Reply> received = decodedReply(in);
        if (received.isPresent()) {
            reply = received.get();
            if (!reply.succeeded()) {
                throw new RequestRejectedException(request, reply);
            }
            boolean oneMore = state == State.REPLY && request.command().equals(Command.BIND);
            state = oneMore ? State.BIND_REPLY : State.DONE;
        }
        return received.isPresent();
    }

    /** Where Tor fails to look something up, it leaves ATYP 0: whatever follows REP, it is a failure. */
    private Optional<Reply> decodedReply(ByteBuffer in) throws Socks5Exception {
        try {
            return Reply.decode(in);
        } catch (MalformedMessageException e) {
            Reply failure = Reply.truncatedFailure(in).orElseThrow(() -> e);
            RequestRejectedException rejected = new RequestRejectedException(request, failure);
            rejected.initCause(e);
            throw rejected;
        }
    }

    /**
     * Returns what the server has replied: of a BIND, the second reply once that has come.
     *
     * @return the latest reply, or empty if there is none yet
     */
    public Optional<Reply> reply() {
        return Optional.ofNullable(reply);
    }

    /**
     * Returns the protection for the request and everything after it. To be asked when the request is
     * next, or later. Whoever gets it closes it.
     *
     * @return empty if nothing is to be protected
     */
    public Optional<Protection> protection() {
        return state == State.GREETING || state == State.METHOD ? Optional.empty() : offers.protection(proxy);
    }

    /**
     * Tells how many more bytes {@link #receive(ByteBuffer)} needs, at the least, to take a message.
     * Whoever reads exactly so many, again and again, never reads into the tunnel.
     *
     * @param in the bytes received so far; left as it is
     * @return a positive number, or 0 if the message is complete
     * @throws IllegalStateException if it is not the server's turn
     */
    public int missing(ByteBuffer in) {
        turn().require(Turn.RECEIVE);
        if (state == State.NEGOTIATION) {
            return offers.selected().missing(in);
        }
        int length = state == State.METHOD ? MethodSelection.LENGTH : Reply.shortestLength(in);
        return Math.max(0, length - in.remaining());
    }

    /**
     * Tells what it means that the server has closed the connection now. The handshake is {@link Turn#FAILED} then.
     *
     * @param in the bytes received and not taken yet; left as it is
     * @return the failure to report: {@link RequestRejectedException} if the server got as far as REP, else
     *     {@link MalformedMessageException}
     * @throws IllegalStateException if the handshake is over
     */
    public Socks5Exception closed(ByteBuffer in) {
        if (state == State.DONE || state == State.FAILED) {
            throw new IllegalStateException("cannot be closed now: " + state);
        }
        boolean replying = state == State.REPLY || state == State.BIND_REPLY;
        Optional<Reply> refusal = replying ? Reply.truncatedFailure(in) : Optional.empty();
        Socks5Exception failure = refusal.isPresent()
                ? new RequestRejectedException(request, refusal.get())
                : new MalformedMessageException("the proxy closed the connection instead of " + state.expected);
        fail(failure);
        return failure;
    }

    private void fail(Throwable e) {
        state = State.FAILED;
        offers.close();
        if (e instanceof Socks5Exception failure) {
            failure.blame(proxy);
        }
    }

    /**
     * Ends the negotiations of the methods. Needed only if the handshake is given up before it is done, and harmless in
     * every other case: the {@link #protection()} that it has given stays.
     */
    @Override
    public void close() {
        offers.close();
    }
}
