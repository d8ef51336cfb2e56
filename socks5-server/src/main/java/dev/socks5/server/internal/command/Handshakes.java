package dev.socks5.server.internal.command;

import dev.socks5.codec.ClientHandshake;
import dev.socks5.codec.ClientNegotiation;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Protection;
import dev.socks5.codec.ProxyChain;
import dev.socks5.codec.Reply;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.Request;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.codec.SendAhead;
import dev.socks5.codec.Socks5Exception;
import dev.socks5.codec.Turn;
import dev.socks5.server.Upstream;
import dev.socks5.server.internal.net.Channels;
import dev.socks5.server.internal.net.Log;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Shakes hands with a row of upstreams, without I/O: {@link ProxyChain}, with what each upstream is offered.
 *
 * <pre>
 * {@link #step}: write -&gt; read into {@link #input} -&gt; step: write -&gt; ... -&gt; step: the last reply
 * </pre>
 *
 * <p>A step may block if an upstream is offered further methods, and runs on another thread then. Nothing else is
 * called meanwhile, except {@link #close} and {@link #whereabouts}.
 */
final class Handshakes {

    /** The reason of a failure that is nobody's answer. */
    static final String UNEXPECTED = "an unexpected failure, which the log has";

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /**
     * The outcome of a step.
     *
     * @param protection new: everything from now on goes through it, the message included
     * @param message to write; empty if it is the upstream's turn
     * @param reply of the last upstream
     * @param failure ends it; {@code null} if there is none
     */
    record Step(
            Optional<Protection> protection,
            ByteBuffer message,
            Optional<Reply> reply,
            @Nullable IOException failure) {

        static Step failed(IOException failure) {
            return new Step(Optional.empty(), NOTHING, Optional.empty(), failure);
        }
    }

    /**
     * The codes of the last upstream that the client is told as they are. Instead of any other it is told 01: 07 would
     * say that this server cannot do what it can.
     */
    static final Set<ReplyCode> PASSED_ON = Set.of(
            ReplyCode.NOT_ALLOWED,
            ReplyCode.NETWORK_UNREACHABLE,
            ReplyCode.HOST_UNREACHABLE,
            ReplyCode.CONNECTION_REFUSED,
            ReplyCode.TTL_EXPIRED,
            ReplyCode.ADDRESS_TYPE_NOT_SUPPORTED);

    private static final int NONE = -1;

    /** The outcome if no other thread takes the step. */
    static final Step NOT_TAKEN = Step.failed(new IOException("too much work is under way"));

    private final List<Upstream> upstreams;
    private final Request request;
    private final boolean mayBlock;
    private final Queue<ClientNegotiation> begun = new ConcurrentLinkedQueue<>();
    private @Nullable ProxyChain proxies; // made by the first step: to make a negotiation may block as well
    private volatile int current;
    private int secured = NONE;
    private volatile boolean ended;

    Handshakes(List<Upstream> upstreams, Request request) {
        this.upstreams = upstreams;
        this.request = request;
        this.mayBlock =
                upstreams.stream().anyMatch(upstream -> !upstream.methods().isEmpty());
    }

    /** Tells whether a step may block. */
    boolean mayBlock() {
        return mayBlock;
    }

    /**
     * Returns the upstream that has to be secured by TLS before the next step, if there is one. It is taken to be
     * secured from {@link #secured} on.
     */
    Optional<Upstream> toSecure() {
        Upstream upstream = upstreams.get(current);
        return upstream.tls() == null || secured >= current ? Optional.empty() : Optional.of(upstream);
    }

    void secured() {
        secured = current;
    }

    /** Takes what was read, if it is the upstream's turn, and makes what can be sent then. */
    Step step() throws Socks5Exception {
        ProxyChain chain = proxies == null ? begin() : proxies;
        Optional<Reply> reply = chain.turn() == Turn.RECEIVE ? chain.receive() : Optional.empty();
        Optional<Protection> protection = Optional.empty();
        ByteBuffer message = NOTHING;
        current = chain.hop();
        if (chain.turn() == Turn.SEND && toSecure().isEmpty()) {
            protection = chain.protection();
            message = chain.send();
        }
        current = chain.hop();
        return new Step(protection, message, reply, null);
    }

    /** Takes a step on another thread. Whatever a method throws is its outcome. */
    Step attempt() {
        try {
            return step();
        } catch (Socks5Exception e) {
            return Step.failed(e);
        } catch (Throwable e) { // Not every language checks exceptions.
            if (!ended) {
                Log.warn("the negotiation with an upstream failed", e);
            }
            return Step.failed(new IOException(UNEXPECTED, e));
        }
    }

    private ProxyChain begin() {
        List<Hop> hops = IntStream.range(0, upstreams.size()).mapToObj(Hop::new).toList();
        proxies = new ProxyChain(hops, request);
        return proxies;
    }

    private ProxyChain chain() {
        return Objects.requireNonNull(proxies, "a step comes first");
    }

    /** Tells what has to be done next; of a step before all others, to send. */
    Turn turn() {
        return proxies == null ? Turn.SEND : proxies.turn();
    }

    /** Returns the buffer to fill before the next step, see {@link ProxyChain#input}. */
    ByteBuffer input() {
        return chain().input();
    }

    /** Tells what it means that the connection has ended now, see {@link ProxyChain#closed}. */
    Socks5Exception closed() {
        return chain().closed();
    }

    /** Finds the reply for the client after a failure. */
    ReplyCode replyTo(IOException failure) {
        return isAtLast()
                        && failure instanceof RequestRejectedException refusal
                        && PASSED_ON.contains(refusal.reply().code())
                ? refusal.reply().code()
                : ReplyCode.GENERAL_FAILURE;
    }

    /** Tells whether it is at the last upstream, or that has failed. */
    boolean isAtLast() {
        return current == upstreams.size() - 1;
    }

    /** Says which upstream it is at, or which one has failed, for the log. Called by any thread. */
    String whereabouts() {
        return Chain.name(upstreams, current);
    }

    /**
     * Ends all negotiations of further methods, where a protection has not been taken. Called by any thread, also
     * while a step is blocked.
     */
    void close() {
        ended = true;
        begun.forEach(Channels::end);
    }

    private final class Hop implements ProxyChain.Hop {
        private final int index;
        private final Upstream upstream;

        private Hop(int index) {
            this.index = index;
            this.upstream = upstreams.get(index);
        }

        @Override
        public Endpoint endpoint() {
            return upstream.endpoint();
        }

        @Override
        public boolean isSecured() {
            return upstream.tls() != null;
        }

        @Override
        public SendAhead sendAhead() {
            return upstream.sendAhead();
        }

        @Override
        public ClientHandshake handshake(Request its, Endpoint destination) {
            current = index; // If this fails, or its first message does, it is this one's failure.
            return new ClientHandshake(its, offers(its, destination), endpoint());
        }

        private List<ClientNegotiation> offers(Request its, Endpoint destination) {
            List<ClientNegotiation> offers = new ArrayList<>();
            for (ClientNegotiation.Factory method : upstream.methods()) {
                offers.add(closedLater(method.begin(endpoint(), its.command(), destination)));
            }
            boolean loginAlone = upstream.login() != null && upstream.sendAhead() == SendAhead.ALL;
            if (offers.isEmpty() && !loginAlone) {
                offers.add(ClientNegotiation.noAuthentication());
            }
            if (upstream.login() != null) {
                offers.add(ClientNegotiation.password(upstream.login()));
            }
            return offers;
        }
    }

    private ClientNegotiation closedLater(ClientNegotiation negotiation) {
        begun.add(Objects.requireNonNull(negotiation));
        if (ended) {
            Channels.end(negotiation);
        }
        return negotiation;
    }
}
