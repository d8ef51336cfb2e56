package dev.socks5.proxy;

import dev.socks5.codec.Command;
import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import dev.socks5.server.CloseReason;
import dev.socks5.server.DatagramCounts;
import dev.socks5.server.SessionEnd;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5ServerListener;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.Principal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Writes a line for each connection when it is over, except for those that left without a request; see {@link Logfmt}
 * for how, and docs/server.md for the fields. For one server only: it tells sessions apart by their number.
 */
final class AccessLog implements Socks5ServerListener, AutoCloseable {

    private static final DateTimeFormatter TIME =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    /** As in rules: what the log says can be put behind {@code command=}. */
    private static final Map<Command, String> NAMES = Map.of(
            Command.CONNECT, "connect",
            Command.BIND, "bind",
            Command.UDP_ASSOCIATE, "udp-associate",
            Command.RESOLVE, "resolve",
            Command.RESOLVE_PTR, "resolve-ptr");

    /**
     * Of lines about connections that were closed before their request: whoever asks for nothing can have many of them.
     */
    static final int WITHOUT_REQUEST_PER_SECOND = 10;

    /** How connections end that leave by themselves, such as those of a balancer that tests the port. */
    private static final Set<CloseReason> LEFT = EnumSet.of(CloseReason.CLIENT_LEFT, CloseReason.BROKEN);

    private static final String OK = "ok";
    private static final String LOGIN_FAILED = "login-failed";
    private static final String NONE = "none";

    /** What has become of a request so far; {@code null} is what there is nothing of. */
    private record Progress(long since, String outcome, String reason, String peer, Duration setup, int moves) {
        private Progress(long since, String outcome, String reason, String peer, Duration setup) {
            this(since, outcome, reason, peer, setup, 0);
        }

        private Progress moved() {
            return new Progress(since, outcome, reason, peer, setup, moves + 1);
        }
    }

    private static final String NO_REQUEST = "no-request";
    private static final Progress WITHOUT_REQUEST = new Progress(0, NO_REQUEST, null, null, null);

    private final Map<Long, Progress> underWay = new ConcurrentHashMap<>();
    private final Clock clock;
    private final LongSupplier nanoTime;
    private final LineLimit withoutRequest;
    private final LineWriter lines;

    /** @param out left open */
    AccessLog(OutputStream out, Clock clock, LongSupplier nanoTime) {
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.withoutRequest = new LineLimit(WITHOUT_REQUEST_PER_SECOND, nanoTime);
        this.lines = new LineWriter(
                "socks5-access-log", out, count -> line().add("dropped", count).toString());
    }

    private Logfmt line() {
        return new Logfmt().add("time", TIME.format(Instant.now(clock)));
    }

    @Override
    public void handshakeFailed(SessionInfo session, String reason) {
        underWay.put(session.id(), new Progress(0, NO_REQUEST, reason, null, null));
    }

    @Override
    public void loginFailed(SessionInfo session, String reason) {
        underWay.put(session.id(), new Progress(0, LOGIN_FAILED, reason, null, null));
    }

    @Override
    public void requested(SessionInfo session) {
        underWay.put(session.id(), new Progress(nanoTime.getAsLong(), NONE, null, null, null));
    }

    @Override
    public void requestFailed(SessionInfo session, ReplyCode code, String reason) {
        Progress before = underWay.get(session.id()); // There is none if the request itself could not be read.
        Duration setup = before == null ? null : since(before);
        underWay.put(session.id(), new Progress(0, "%02X".formatted(code.code()), reason, null, setup));
    }

    @Override
    public void listening(SessionInfo session, InetSocketAddress local) {
        // For BIND that is only half of it.
        if (session.request().command().equals(Command.UDP_ASSOCIATE)) {
            Duration setup = since(underWay.get(session.id()));
            underWay.put(session.id(), new Progress(0, OK, null, null, setup));
        }
    }

    @Override
    public void associationMoved(SessionInfo session, InetSocketAddress from, InetSocketAddress to) {
        underWay.computeIfPresent(session.id(), (id, progress) -> progress.moved());
    }

    @Override
    public void connected(SessionInfo session, SocketAddress peer, Duration taken) {
        underWay.put(session.id(), new Progress(0, OK, null, Logfmt.address(peer), taken));
    }

    @Override
    public void closed(SessionInfo session, SessionEnd ending) {
        Progress progress = underWay.remove(session.id());
        tellSkipped(withoutRequest.takeSkipped());
        if (progress != null && !progress.outcome().equals(NO_REQUEST)) {
            lines.print(line(session, progress, ending).toString());
        } else if (!LEFT.contains(ending.reason()) && withoutRequest.admits()) {
            lines.print(line(session, progress == null ? WITHOUT_REQUEST : progress, ending)
                    .toString());
        }
    }

    private void tellSkipped(long count) {
        if (count > 0) {
            lines.print(line().add("outcome", WITHOUT_REQUEST.outcome())
                    .add("skipped", count)
                    .toString());
        }
    }

    private Logfmt line(SessionInfo session, Progress progress, SessionEnd ending) {
        Principal user = session.user();
        Logfmt line = line().add("id", session.id())
                .add("client", session.client())
                .add("user", user == null ? null : user.getName());
        if (session.request() != null) {
            line.add("command", name(session.request().command()))
                    .add("dst", destination(session.request().destination()));
        }
        line.add("peer", progress.peer())
                .add("outcome", outcome(progress, ending))
                .add("reason", progress.reason())
                .add("setup_ms", progress.setup() == null ? null : millis(progress.setup()))
                .add("duration_ms", millis(ending.duration()))
                .add("up", ending.bytesUp())
                .add("down", ending.bytesDown());
        DatagramCounts datagrams = ending.datagrams();
        if (!datagrams.equals(DatagramCounts.NONE)) {
            line.add("datagrams_up", datagrams.up())
                    .add("datagrams_down", datagrams.down())
                    .add("datagrams_dropped", datagrams.dropped())
                    .add("moves", progress.moves() == 0 ? null : progress.moves());
        }
        return line.add("close", ending.reason());
    }

    /** A look-up has no event for its success: it has nothing but an end. */
    private static String outcome(Progress progress, SessionEnd ending) {
        boolean answered = progress.outcome().equals(NONE) && ending.reason() == CloseReason.FINISHED;
        return answered ? OK : progress.outcome();
    }

    /** A name as its octets came: {@link Logfmt} escapes them, and once is enough. */
    private static String destination(Endpoint endpoint) {
        return endpoint.address() instanceof DomainName name
                ? name.octets() + ":" + endpoint.port()
                : endpoint.toString();
    }

    private Duration since(Progress request) {
        return Duration.ofNanos(nanoTime.getAsLong() - request.since());
    }

    /** Most connections inside a network are set up in less than one. */
    private static String millis(Duration time) {
        // Not every locale has these digits.
        return String.format(Locale.ROOT, "%d.%03d", time.toMillis(), time.toNanos() / 1000 % 1000);
    }

    private static String name(Command command) {
        return NAMES.getOrDefault(command, "0x%02X".formatted(command.code()));
    }

    /** Has something done to the output when no line is half written, soon. */
    void between(LineWriter.Task task) {
        lines.between(task);
    }

    /** Writes what is left. Close the server first: what is told after that is lost. */
    @Override
    public void close() {
        tellSkipped(withoutRequest.takeAllSkipped());
        lines.close();
    }
}
