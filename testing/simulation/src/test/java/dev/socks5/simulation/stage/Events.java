package dev.socks5.simulation.stage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.ReplyCode;
import dev.socks5.server.ClientAddress;
import dev.socks5.server.SessionEnd;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5ServerListener;
import dev.socks5.server.Socks5ServerListener.Rejection;
import dev.socks5.simulation.network.World;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/** Writes down what a server tells its listener, and when. */
final class Events implements Socks5ServerListener {

    /** An event of the server, at a time of the world. */
    record Event(long at, String what) {}

    private final World world;
    private final List<Event> events = new ArrayList<>();
    private final List<SessionEnd> endings = new ArrayList<>();
    private int taken;

    Events(World world) {
        this.world = world;
    }

    private void add(String what) {
        events.add(new Event(world.elapsed(), what));
    }

    List<String> all() {
        return events.stream().map(Event::what).toList();
    }

    /** Waits for the first event that begins so, and tells when it was. */
    long at(String start) {
        return at(start, 1);
    }

    /** Waits for as many events that begin so, and tells when the last was. */
    long at(String start, int count) {
        Predicate<Event> fits = event -> event.what.startsWith(start);
        world.runUntil(() -> events.stream().filter(fits).count() >= count);
        List<Event> found = events.stream().filter(fits).toList();
        assertThat(found).as("%s... among %s", start, all()).hasSizeGreaterThanOrEqualTo(count);
        return found.get(count - 1).at;
    }

    /** Waits for the next session to end, and tells how. */
    SessionEnd ending() {
        world.runUntil(() -> endings.size() > taken);
        assertThat(endings).as("sessions that have ended").hasSizeGreaterThan(taken);
        return endings.get(taken++);
    }

    List<SessionEnd> endings() {
        return endings;
    }

    @Override
    public void accepted(SessionInfo session) {
        add("accepted");
    }

    @Override
    public void rejected(ClientAddress client, Rejection reason) {
        add("rejected " + reason);
    }

    @Override
    public void authenticated(SessionInfo session) {
        add("authenticated " + Objects.requireNonNull(session.user()).getName());
    }

    @Override
    public void loginFailed(SessionInfo session, String reason) {
        add("loginFailed " + reason);
    }

    @Override
    public void requested(SessionInfo session) {
        add("requested "
                + Objects.requireNonNull(session.request()).command().toString().replaceFirst(" .*", ""));
    }

    @Override
    public void listening(SessionInfo session, InetSocketAddress local) {
        add("listening " + local.getPort());
    }

    @Override
    public void requestFailed(SessionInfo session, ReplyCode code, String reason) {
        add("requestFailed " + code.code() + " " + reason);
    }

    @Override
    public void connected(SessionInfo session, SocketAddress peer, Duration time) {
        add("connected " + ((InetSocketAddress) peer).getPort() + " " + time.toMillis());
    }

    @Override
    public void associationMoved(SessionInfo session, InetSocketAddress from, InetSocketAddress to) {
        add("moved " + from.getPort() + " to " + to.getPort());
    }

    @Override
    public void closed(SessionInfo session, SessionEnd ending) {
        add("closed " + ending.bytesUp() + " " + ending.bytesDown() + " " + ending.reason());
        endings.add(ending);
    }
}
