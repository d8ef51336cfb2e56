package dev.socks5.server.internal.report;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import dev.socks5.server.ClientAddress;
import dev.socks5.server.SessionEnd;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5ServerListener;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import jdk.jfr.FlightRecorder;

/**
 * Hands the events to Java Flight Recorder. Every server has one where the recorder is there: a recording can be
 * started at any time, from outside too. As long as none wants an event, that event costs one look at a flag, and
 * nothing is built for it.
 */
final class FlightLog implements Socks5ServerListener {

    /**
     * One event of each kind, only ever asked whether it is wanted. Each has its own class, because the recorder puts
     * the answer in there.
     */
    private static final class Probe {
        static final FlightEvent.Accepted ACCEPTED = new FlightEvent.Accepted();
        static final FlightEvent.Rejected REJECTED = new FlightEvent.Rejected();
        static final FlightEvent.HandshakeFailed HANDSHAKE_FAILED = new FlightEvent.HandshakeFailed();
        static final FlightEvent.Authenticated AUTHENTICATED = new FlightEvent.Authenticated();
        static final FlightEvent.LoginFailed LOGIN_FAILED = new FlightEvent.LoginFailed();
        static final FlightEvent.Requested REQUESTED = new FlightEvent.Requested();
        static final FlightEvent.RequestFailed REQUEST_FAILED = new FlightEvent.RequestFailed();
        static final FlightEvent.Listening LISTENING = new FlightEvent.Listening();
        static final FlightEvent.AssociationMoved ASSOCIATION_MOVED = new FlightEvent.AssociationMoved();
        static final FlightEvent.Connected CONNECTED = new FlightEvent.Connected();
        static final FlightEvent.Closed CLOSED = new FlightEvent.Closed();
    }

    private final String server;

    /**
     * Makes a log for one server.
     *
     * @param address tells this server's events from those of others in the same JVM
     */
    FlightLog(SocketAddress address) {
        this.server = name(address);
    }

    /**
     * Whether there is or has been any recording. Before that nobody can want an event; and as soon as there is one,
     * the recorder sets itself up, which costs the process several megabytes.
     */
    private static boolean recording() {
        return FlightRecorder.isInitialized();
    }

    @Override
    public void accepted(SessionInfo session) {
        if (recording() && Probe.ACCEPTED.isEnabled()) {
            commit(new FlightEvent.Accepted(), session);
        }
    }

    @Override
    public void rejected(ClientAddress client, Rejection reason) {
        if (recording() && Probe.REJECTED.isEnabled()) {
            FlightEvent.Rejected event = new FlightEvent.Rejected();
            event.server = server;
            event.client = client.toString();
            event.reason = reason.name();
            event.commit();
        }
    }

    @Override
    public void handshakeFailed(SessionInfo session, String reason) {
        if (recording() && Probe.HANDSHAKE_FAILED.isEnabled()) {
            FlightEvent.HandshakeFailed event = new FlightEvent.HandshakeFailed();
            event.reason = printable(reason);
            commit(event, session);
        }
    }

    @Override
    public void authenticated(SessionInfo session) {
        if (recording() && Probe.AUTHENTICATED.isEnabled()) {
            commit(new FlightEvent.Authenticated(), session);
        }
    }

    @Override
    public void loginFailed(SessionInfo session, String reason) {
        if (recording() && Probe.LOGIN_FAILED.isEnabled()) {
            FlightEvent.LoginFailed event = new FlightEvent.LoginFailed();
            event.reason = printable(reason);
            commit(event, session);
        }
    }

    @Override
    public void requested(SessionInfo session) {
        if (recording() && Probe.REQUESTED.isEnabled()) {
            commit(new FlightEvent.Requested(), session);
        }
    }

    @Override
    public void requestFailed(SessionInfo session, ReplyCode code, String reason) {
        if (recording() && Probe.REQUEST_FAILED.isEnabled()) {
            FlightEvent.RequestFailed event = new FlightEvent.RequestFailed();
            event.reply = code.toString();
            event.reason = printable(reason);
            commit(event, session);
        }
    }

    @Override
    public void listening(SessionInfo session, InetSocketAddress local) {
        if (recording() && Probe.LISTENING.isEnabled()) {
            FlightEvent.Listening event = new FlightEvent.Listening();
            event.local = Endpoint.of(local).toString();
            commit(event, session);
        }
    }

    @Override
    public void associationMoved(SessionInfo session, InetSocketAddress from, InetSocketAddress to) {
        if (recording() && Probe.ASSOCIATION_MOVED.isEnabled()) {
            FlightEvent.AssociationMoved event = new FlightEvent.AssociationMoved();
            event.from = Endpoint.of(from).toString();
            event.to = Endpoint.of(to).toString();
            commit(event, session);
        }
    }

    @Override
    public void connected(SessionInfo session, SocketAddress peer, Duration taken) {
        if (recording() && Probe.CONNECTED.isEnabled()) {
            FlightEvent.Connected event = new FlightEvent.Connected();
            event.peer = name(peer);
            event.taken = taken.toNanos();
            commit(event, session);
        }
    }

    @Override
    public void closed(SessionInfo session, SessionEnd ending) {
        if (recording() && Probe.CLOSED.isEnabled()) {
            FlightEvent.Closed event = new FlightEvent.Closed();
            event.reason = ending.reason().name();
            event.lifetime = ending.duration().toNanos();
            event.bytesUp = ending.bytesUp();
            event.bytesDown = ending.bytesDown();
            event.datagramsUp = ending.datagrams().up();
            event.datagramsDown = ending.datagrams().down();
            event.datagramsDropped = ending.datagrams().dropped();
            commit(event, session);
        }
    }

    private void commit(FlightEvent.OfRequest event, SessionInfo session) {
        if (session.request() != null) {
            event.command = session.request().command().toString();
            event.destination = session.request().destination().toString();
        }
        commit((FlightEvent.OfSession) event, session);
    }

    private void commit(FlightEvent.OfSession event, SessionInfo session) {
        event.server = server;
        event.session = session.id();
        event.client = session.client().toString();
        if (session.user() != null) {
            event.user = printable(session.user().getName());
        }
        event.commit();
    }

    /** Names an upstream that was reached by a path as its client is named. */
    private static String name(SocketAddress address) {
        return address instanceof InetSocketAddress ip
                ? Endpoint.of(ip).toString()
                : "unix:" + printable(address.toString());
    }

    /**
     * Escapes text, because a recording is printed on terminals: ASCII stays as it is, everything else becomes
     * hexadecimal, as in {@link Endpoint}.
     */
    private static String printable(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.chars().forEach(c -> {
            if (c >= ' ' && c < 0x7F && c != '\\') {
                safe.append((char) c);
            } else {
                safe.append(c <= 0xFF ? "\\x%02x".formatted(c) : "\\u%04x".formatted(c));
            }
        });
        return safe.toString();
    }
}
