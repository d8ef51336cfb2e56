package dev.socks5.server;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * Hands the events to Java Flight Recorder. It is always there: a recording can be started at any time, from outside too.
 * As long as none wants an event, that event costs one look at a flag, and nothing is built for it.
 */
final class FlightLog implements Socks5ServerListener {

    // Only ever asked whether they are wanted. Each by its own class: the recorder puts the answer in there.
    private static final FlightEvent.Accepted ACCEPTED = new FlightEvent.Accepted();
    private static final FlightEvent.Rejected REJECTED = new FlightEvent.Rejected();
    private static final FlightEvent.Authenticated AUTHENTICATED = new FlightEvent.Authenticated();
    private static final FlightEvent.LoginFailed LOGIN_FAILED = new FlightEvent.LoginFailed();
    private static final FlightEvent.Requested REQUESTED = new FlightEvent.Requested();
    private static final FlightEvent.RequestFailed REQUEST_FAILED = new FlightEvent.RequestFailed();
    private static final FlightEvent.Listening LISTENING = new FlightEvent.Listening();
    private static final FlightEvent.Connected CONNECTED = new FlightEvent.Connected();
    private static final FlightEvent.Closed CLOSED = new FlightEvent.Closed();

    private final String server;

    /** @param address tells this server's events from those of others in the same JVM */
    FlightLog(InetSocketAddress address) {
        this.server = Endpoint.of(address).toString();
    }

    @Override
    public void accepted(SessionInfo session) {
        if (ACCEPTED.isEnabled()) {
            FlightEvent.Accepted event = new FlightEvent.Accepted();
            fill(event, session);
            event.commit();
        }
    }

    @Override
    public void rejected(InetSocketAddress client, Rejection reason) {
        if (REJECTED.isEnabled()) {
            FlightEvent.Rejected event = new FlightEvent.Rejected();
            event.server = server;
            event.client = Endpoint.of(client).toString();
            event.reason = reason.name();
            event.commit();
        }
    }

    @Override
    public void authenticated(SessionInfo session) {
        if (AUTHENTICATED.isEnabled()) {
            FlightEvent.Authenticated event = new FlightEvent.Authenticated();
            fill(event, session);
            event.commit();
        }
    }

    @Override
    public void loginFailed(SessionInfo session) {
        if (LOGIN_FAILED.isEnabled()) {
            FlightEvent.LoginFailed event = new FlightEvent.LoginFailed();
            fill(event, session);
            event.commit();
        }
    }

    @Override
    public void requested(SessionInfo session) {
        if (REQUESTED.isEnabled()) {
            FlightEvent.Requested event = new FlightEvent.Requested();
            fill(event, session);
            event.commit();
        }
    }

    @Override
    public void requestFailed(SessionInfo session, ReplyCode code, String reason) {
        if (REQUEST_FAILED.isEnabled()) {
            FlightEvent.RequestFailed event = new FlightEvent.RequestFailed();
            fill(event, session);
            event.reply = code.toString();
            event.reason = printable(reason);
            event.commit();
        }
    }

    @Override
    public void listening(SessionInfo session, InetSocketAddress local) {
        if (LISTENING.isEnabled()) {
            FlightEvent.Listening event = new FlightEvent.Listening();
            fill(event, session);
            event.local = Endpoint.of(local).toString();
            event.commit();
        }
    }

    @Override
    public void connected(SessionInfo session, InetSocketAddress peer, Duration taken) {
        if (CONNECTED.isEnabled()) {
            FlightEvent.Connected event = new FlightEvent.Connected();
            fill(event, session);
            event.peer = Endpoint.of(peer).toString();
            event.taken = taken.toNanos();
            event.commit();
        }
    }

    @Override
    public void closed(SessionInfo session, Ending ending) {
        if (CLOSED.isEnabled()) {
            FlightEvent.Closed event = new FlightEvent.Closed();
            fill(event, session);
            event.reason = ending.reason().name();
            event.lifetime = ending.duration().toNanos();
            event.octetsUp = ending.octetsUp();
            event.octetsDown = ending.octetsDown();
            event.datagramsUp = ending.datagrams().up();
            event.datagramsDown = ending.datagrams().down();
            event.datagramsDropped = ending.datagrams().dropped();
            event.commit();
        }
    }

    private void fill(FlightEvent.OfRequest event, SessionInfo session) {
        fill((FlightEvent.OfSession) event, session);
        if (session.request() != null) {
            event.command = session.request().command().toString();
            event.destination = session.request().destination().toString();
        }
    }

    private void fill(FlightEvent.OfSession event, SessionInfo session) {
        event.server = server;
        event.session = session.id();
        event.client = Endpoint.of(session.client()).toString();
        if (session.user() != null) {
            event.user = printable(session.user().getName());
        }
    }

    /** A recording is printed on terminals: ASCII as it is, everything else in hexadecimal, as {@link Endpoint} has it. */
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
