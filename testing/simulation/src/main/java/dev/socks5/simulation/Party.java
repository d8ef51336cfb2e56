package dev.socks5.simulation;

import dev.socks5.server.SessionEnd;
import dev.socks5.server.operation.Usage;
import dev.socks5.simulation.Visit.End;
import dev.socks5.simulation.Visit.Kind;
import dev.socks5.simulation.Visit.Pace;
import dev.socks5.simulation.network.Wire;
import dev.socks5.simulation.transport.DialAnswer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The client of one visit, as it does what is planned; and what is known of its session, for the {@link Oracle}. It
 * reads answers by itself, byte by byte.
 */
final class Party implements Wire.Owner {

    /** What the client waits for. */
    enum Awaits {
        SELECTION,
        STATUS,
        REPLY,
        SECOND_REPLY,
        /** The tunnel's bytes. */
        BYTES,
        /** Nothing may come any more but the end. */
        THE_END
    }

    /** A reply as it came. */
    record Answer(int code, InetAddress address, @Nullable String name, int port) {}

    private static final int PART = 4096;
    private static final int LONGEST_ANSWER = 262;

    final Run run;
    final Visit visit;
    final Script.Words words;
    final Understanding meant;
    final Content up;
    final Content down;
    final Far far;
    private final byte[] surplus;

    // What the client knows.
    private @Nullable Wire wire;
    private final ByteBuffer answer = ByteBuffer.allocate(LONGEST_ANSWER);
    Awaits awaits = Awaits.SELECTION;
    int sent;
    long payloadSent;
    long received;
    int replies;
    boolean isConnected;
    boolean ended;
    long endedAt = -1;
    boolean hasReset;
    long resetAt = -1;
    boolean gotEnd;
    boolean gotReset;
    boolean closed;

    @Nullable
    Answer reply;

    long repliedAt;

    @Nullable
    DatagramClient datagrams;

    @Nullable
    DatagramLog datagramLog;

    // What the server has said of the session.
    long acceptedAt = -1;
    boolean rejected;
    boolean authenticated;
    boolean loginFailed;
    long requestedAt = -1;

    /** The loop that has told of its request, which serves it to the end. */
    @Nullable
    Object loop;

    long failedAt = -1;
    int failedCode = -1;
    long listeningAt = -1;
    long connectedAt = -1;
    long closedAt = -1;

    @Nullable
    SessionEnd end;

    int lookUps;

    /** How often the name may be looked up by now: once, and once more where the terms have changed before the dial. */
    int mayLookUp = 1;

    boolean failedLate;
    boolean overUserLimit;

    // What an operator has done.
    long session;
    boolean endedByOperator;
    boolean judgedAgain;

    /** What was last said of its figures, and what was last told of them by itself. */
    Usage usage = Usage.NONE;

    Usage told = Usage.NONE;
    long toldAt = -1;

    /** Since when bytes have come through of which nothing was told yet. */
    long movedAt = -1;

    @Nullable
    SocketAddress peer;

    // What the oracle has seen.
    final Set<InetSocketAddress> judged = new HashSet<>();
    final List<InetSocketAddress> dialled = new ArrayList<>();
    long dialledAt;
    final Moments sentUp = new Moments();
    long heardAt = -1;
    int upstreamSaid = -1;
    WaysOut.@Nullable Asking asking;
    Flows.@Nullable Used used;
    final double[] level = new double[2];
    final long[] levelAt = new long[2];

    Party(Run run, Visit visit) {
        this.run = run;
        this.visit = visit;
        this.words = Script.of(visit, run.setup(), run.chance(visit));
        this.meant = Understanding.of(words.bytes(), words.header(), run.setup());
        int requestEnd = meant.requestEnd();
        this.surplus =
                requestEnd < 0 ? new byte[0] : Arrays.copyOfRange(words.bytes(), requestEnd, words.bytes().length);
        this.up = Content.up(visit.id());
        this.down = Content.down(visit.id());
        this.far = new Far(this);
    }

    void start() {
        InetSocketAddress from = from();
        wire = run.network().connect(from, Addresses.server(from.getAddress()), this);
    }

    /** Returns the address that its connection comes from: its own, or a balancer's. */
    InetSocketAddress from() {
        InetSocketAddress own = Addresses.client(visit);
        if (!run.setup().balancer()) {
            return own;
        }
        return new InetSocketAddress(isStranger() ? Addresses.STRANGER : Addresses.BALANCER, own.getPort());
    }

    /** Whether it comes past the balancer, with a header or without one. */
    boolean isStranger() {
        boolean header = visit.header() == Visit.Header.OWN && visit.id() % 2 == 1;
        return run.setup().balancer() && (header || visit.header() == Visit.Header.NONE);
    }

    /** Whether its requests go by the dialler, if there is one. */
    boolean byDialer() {
        return run.setup().dialer() != Setup.Way.NONE && visit.id() % 3 != 0;
    }

    /** Whether a connection for it is under way. */
    boolean isBeingDialled() {
        return !dialled.isEmpty() && connectedAt < 0 && failedAt < 0;
    }

    /** Whether a policy sleeps for it, in the one thread that there is. */
    boolean mayHoldOthersUp() {
        boolean sleeps =
                byDialer() && visit.answer() == DialAnswer.SLEEPS && run.setup().dialer() == Setup.Way.BLOCKING;
        return sleeps || visit.lookUp() != Visit.LookUp.FOUND;
    }

    Wire wire() {
        return Objects.requireNonNull(wire);
    }

    // ------------------------------------------------------------------ what it says

    @Override
    public void connected() {
        isConnected = true;
        switch (visit.pace()) {
            case IN_TURN -> say(words.greeting());
            case ALL_AT_ONCE -> {
                say(words.bytes().length);
                if (visit.kind() == Kind.CONNECT && run.setup().upstream() == 0 && !words.spoilt()) {
                    sayPayload(visit.up());
                }
                leaveEarly();
            }
            case DRIPPING -> drip();
            case STALLING -> say(words.bytes().length / 2);
        }
    }

    /** Ends before there is an answer, or resets. */
    private void leaveEarly() {
        if (visit.end() == End.CLIENT_FIRST && visit.id() % 2 == 0) {
            end();
        } else if (visit.end() == End.CLIENT_RESETS) {
            later(visit.pause() / 2, () -> {
                if (!isServed()) {
                    leave();
                }
            });
        }
    }

    private boolean isServed() {
        return awaits == Awaits.BYTES || datagrams != null;
    }

    private void leave() {
        hasReset = true;
        resetAt = run.world().elapsed();
        wire().reset();
    }

    private void say(int upTo) {
        if (upTo > sent && wire().isOpen()) {
            byte[] part = Arrays.copyOfRange(words.bytes(), sent, upTo);
            sent = upTo;
            sentUp.sent(upSent(), run.world().elapsed());
            wire().send(part);
        }
    }

    private void drip() {
        say(Math.min(sent + 1, words.bytes().length));
        if (sent < words.bytes().length && awaits != Awaits.THE_END) {
            later(20 + visit.pause() / 10, this::drip);
        }
    }

    private void sayMore() {
        if (visit.pace() == Pace.IN_TURN) {
            say(sent < words.login() ? words.login() : words.bytes().length);
        }
    }

    private void later(long millis, Runnable action) {
        run.world().after(TimeUnit.MILLISECONDS.toNanos(millis), () -> {
            if (wire().isOpen()) {
                action.run();
            }
        });
    }

    private void sayPayload(int count) {
        wire().send(up.bytes(payloadSent, count));
        payloadSent += count;
        sentUp.sent(upSent(), run.world().elapsed());
    }

    /** Sends what is planned through the tunnel, part by part. */
    private void pump() {
        if (ended || hasReset) {
            return;
        }
        int left = (int) (visit.up() - payloadSent);
        if (left > 0) {
            sayPayload(Math.min(left, PART));
            later(visit.pause(), this::pump);
        } else if (visit.end() == End.CLIENT_RESETS) {
            leave();
        } else if (visit.end() == End.CLIENT_FIRST || visit.end() == End.FAR_RESETS || gotEnd) {
            end();
        }
    }

    private void end() {
        if (!ended && wire().isOpen()) {
            ended = true;
            endedAt = run.world().elapsed();
            wire().end();
        }
        closeIfOver();
    }

    private void closeIfOver() {
        if (ended && gotEnd) {
            close();
        }
    }

    private void close() {
        closed = true;
        wire().close();
        if (datagrams != null) {
            datagrams.close();
        }
    }

    // ------------------------------------------------------------------ what it hears

    @Override
    public void received(ByteBuffer data) {
        while (data.hasRemaining()) {
            if (awaits == Awaits.BYTES) {
                run.oracle().flows().clientReceives(this, data);
                received += data.remaining();
                return;
            }
            run.oracle().answers().mayHear(this);
            answer.put(data.get());
            read();
        }
    }

    private void read() {
        int length = answer.position();
        byte[] b = answer.array();
        switch (awaits) {
            case SELECTION -> {
                if (length == 2) {
                    answer.clear();
                    run.oracle().answers().selected(this, b[0] & 0xFF, b[1] & 0xFF);
                    selected(b[1] & 0xFF);
                }
            }
            case STATUS -> {
                if (length == 2) {
                    answer.clear();
                    run.oracle().answers().loggedIn(this, b[0] & 0xFF, b[1] & 0xFF);
                    awaits = b[1] == 0 ? Awaits.REPLY : Awaits.THE_END;
                    if (b[1] == 0) {
                        sayMore();
                    }
                }
            }
            case REPLY, SECOND_REPLY -> {
                if (length >= 5 && length == lengthOfReply(b)) {
                    answer.clear();
                    replied(b, length);
                }
            }
            default -> throw new AssertionError(awaits);
        }
    }

    private static int lengthOfReply(byte[] b) {
        return switch (b[3]) {
            case 1 -> 10;
            case 4 -> 22;
            case 3 -> 7 + (b[4] & 0xFF);
            default -> throw new Violation(Rule.ANSWERS_FIT, "a reply with address type " + b[3]);
        };
    }

    private void selected(int method) {
        if (method == Understanding.NO_METHOD) {
            awaits = Awaits.THE_END;
        } else {
            awaits = meant.asksForLogin() ? Awaits.STATUS : Awaits.REPLY;
            sayMore();
        }
    }

    private void replied(byte[] b, int length) {
        @Nullable String name = b[3] == 3 ? new String(b, 5, b[4] & 0xFF, StandardCharsets.ISO_8859_1) : null;
        InetAddress address = name == null ? Addresses.of(Arrays.copyOfRange(b, 4, length - 2)) : Addresses.SERVER_IPV4;
        Answer its = new Answer(b[1] & 0xFF, address, name, ((b[length - 2] & 0xFF) << 8) | (b[length - 1] & 0xFF));
        replies++;
        reply = its;
        repliedAt = run.world().elapsed();
        run.oracle().answers().replied(this, b[0] & 0xFF, its);
        if (its.code() != 0) {
            awaits = Awaits.THE_END;
            return;
        }
        switch (meant.command()) {
            case 1 -> beginTunnel();
            case 2 -> {
                if (awaits == Awaits.SECOND_REPLY) {
                    beginTunnel();
                } else {
                    awaits = Awaits.SECOND_REPLY;
                    far.dial(new InetSocketAddress(its.address(), its.port()));
                    if (visit.lie() == Visit.Lie.STALLS && visit.end() == End.CLIENT_FIRST) {
                        later(visit.pause() / 2, this::end); // Nobody connects, and the client knows.
                    }
                }
            }
            case 3 -> {
                awaits = Awaits.THE_END;
                datagramLog = new DatagramLog(this);
                datagrams = new DatagramClient(this, new InetSocketAddress(its.address(), its.port()), datagramLog);
                datagrams.start();
            }
            default -> awaits = Awaits.THE_END;
        }
    }

    private void beginTunnel() {
        awaits = Awaits.BYTES;
        say(words.bytes().length); // What was said too much belongs to the tunnel.
        if (visit.clientDeaf()) {
            wire().reading(false);
            later(3_000 + visit.pause(), () -> wire().reading(true));
        }
        if (visit.end() == End.CLIENT_VANISHES) {
            wire().reading(false);
        } else {
            pump();
        }
    }

    /** Ends the association, when the client has no more datagrams to send. */
    void associationIsOver() {
        if (visit.end() != End.NEVER && visit.end() != End.CLIENT_VANISHES) {
            end();
        }
    }

    @Override
    public void ended() {
        gotEnd = true;
        run.oracle().flows().clientGetsEnd(this);
        if (awaits != Awaits.BYTES) {
            if (visit.end() != End.NEVER) {
                close(); // Refused, or left.
            }
        } else if (payloadSent >= visit.up() || visit.end() == End.FAR_FIRST) {
            end();
        }
    }

    @Override
    public void reset() {
        gotReset = true;
        run.oracle().flows().clientIsReset(this);
        if (datagrams != null) {
            datagrams.close();
        }
    }

    // ------------------------------------------------------------------ what flows up

    /**
     * Returns the byte that the far end has to receive at a position: what the client said behind its request first.
     */
    byte upAt(long position) {
        return position < surplus.length ? surplus[(int) position] : up.at(position - surplus.length);
    }

    /** Returns how many bytes the client has sent for its tunnel. */
    long upSent() {
        return Math.max(0, Math.min(surplus.length, sent - meant.requestEnd())) + payloadSent;
    }

    /** Returns the most bytes that can have been relayed for it, both ways. */
    long maySend() {
        return upSent() + far.sent + (datagramLog == null ? 0 : datagramLog.maySend());
    }

    Consumer<Wire> deafness(boolean deaf) {
        return wire -> {
            if (deaf) {
                wire.reading(false);
                run.world().after(TimeUnit.MILLISECONDS.toNanos(3_000 + visit.pause()), () -> {
                    if (wire.isOpen()) {
                        wire.reading(true);
                    }
                });
            }
        };
    }

    @Override
    public String toString() {
        return "visit " + visit.id() + " (" + visit.kind() + ")";
    }
}
