package dev.socks5.server.internal.udp;

import dev.socks5.codec.Protection;
import dev.socks5.codec.UdpHeader;
import dev.socks5.server.CloseReason;
import dev.socks5.server.Route;
import dev.socks5.server.internal.limits.Bandwidth;
import dev.socks5.server.internal.limits.Pacer;
import dev.socks5.server.internal.limits.Quota;
import dev.socks5.server.internal.net.EventLoop;
import dev.socks5.server.internal.net.UdpPort;
import dev.socks5.server.internal.session.PendingRequest;
import dev.socks5.server.internal.session.Ticket;
import dev.socks5.server.internal.usage.Fate;
import dev.socks5.server.internal.usage.Meter;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Relays the datagrams of one association (RFC 1928 section 7).
 *
 * <pre>
 *              +- inner: {@link AssociationClient} -+     +- {@link Outlet} ------------------------+
 * client ----&gt; | header off, FRAG 0 only    | --&gt; | {@link Destinations}: rules, look-ups | ----&gt; destination
 *        &lt;---- | header on                  | &lt;-- | answers only                   | &lt;----
 *              +----------------------------+     +--------------------------------+
 * </pre>
 *
 * <p>A datagram that cannot be relayed is dropped and counted; the association lives on. Only datagrams whose
 * destination is being looked up wait.
 */
final class UdpRelay implements UdpPort.Owner, Outlet.Receiver {

    /** The association that it is part of. */
    interface Association {

        /** Ends it at once. May come more than once, and the first reason counts. */
        void abort(CloseReason reason);

        /** Returns the route to destinations. */
        Route route();

        /** Opens the way out. */
        Outlet outlet(Outlet.Receiver receiver) throws IOException;
    }

    private final EventLoop loop;
    private final Association association;
    private final UdpPort inner;
    private final Ticket ticket;
    private final AssociationClient client;
    private final Outlet outlet;
    private final Destinations destinations;
    private final Meter meter;
    private final @Nullable Quota quota;
    private final @Nullable Protection protection;
    private final @Nullable Pacer up;
    private final @Nullable Pacer down;
    private long lastActive;

    /**
     * Opens a relay that takes datagrams from now on.
     *
     * @param address the server's own, by which the client has reached it: no wildcard
     */
    UdpRelay(PendingRequest pending, InetAddress address, Association association) throws IOException {
        this.loop = pending.loop();
        this.lastActive = loop.nanoTime();
        this.association = association;
        this.ticket = pending.ticket();
        this.client = AssociationClient.of(pending);
        this.meter = ticket.meter();
        this.quota = ticket.quota();
        this.protection = pending.client().protection();
        this.inner =
                UdpPort.listening(loop, address, pending.settings().relays().ports(), this);
        try {
            this.outlet = association.outlet(this);
            this.up = pacer(ticket.bandwidthUp(), () -> {
                client.listenAgain();
                inner.reading(true);
            });
            this.down = pacer(ticket.bandwidthDown(), () -> outlet.reading(true));
            this.destinations = new Destinations(pending, association, meter, outlet, loop::nanoTime);
        } catch (Throwable e) {
            inner.close();
            throw e;
        }
    }

    private @Nullable Pacer pacer(@Nullable Bandwidth bandwidth, Runnable resume) {
        return bandwidth == null
                ? null
                : new Pacer(bandwidth, loop.timers(), () -> {
                    lastActive = loop.nanoTime(); // To wait for its turn is not to be idle.
                    resume.run();
                });
    }

    /** Returns the address that the client has to send to. */
    InetSocketAddress localAddress() throws IOException {
        return inner.localAddress();
    }

    @Override
    public void received(InetSocketAddress from, ByteBuffer datagram) {
        if (!client.mayBe(from)) {
            meter.count(Fate.FOREIGN); // And not the client's to pay for.
            return;
        }
        boolean pause = hasToPause(up, datagram.remaining()); // Before others can know of it, as in a tunnel.
        take(from, datagram);
        if (pause) {
            inner.reading(false);
        }
    }

    @Override
    public void abort(CloseReason reason) {
        association.abort(reason);
    }

    private void take(InetSocketAddress from, ByteBuffer received) {
        ByteBuffer datagram;
        Optional<UdpHeader> header;
        try {
            datagram = protection == null ? received : protection.unwrapDatagram(received);
            header = UdpHeader.decode(datagram);
        } catch (IOException e) {
            meter.count(Fate.MALFORMED);
            return;
        }
        if (header.isEmpty()) {
            meter.count(Fate.MALFORMED);
        } else if (header.get().fragment() != 0) {
            meter.count(Fate.FRAGMENT);
        } else {
            lastActive = loop.nanoTime();
            client.hear(from)
                    .ifPresent(before ->
                            ticket.tell((listener, session) -> listener.associationMoved(session, before, from)));
            destinations.send(header.get().destination(), datagram);
        }
    }

    @Override
    public void answered() {
        destinations.renew();
    }

    @Override
    public void deliver(ByteBuffer datagram, int length) {
        @Nullable InetSocketAddress target = client.current();
        if (target == null) {
            meter.count(Fate.FOREIGN); // There is nobody who can have asked.
            return;
        }
        if (quota != null && quota.isUsed()) {
            meter.count(Fate.REFUSED);
            ticket.abort(CloseReason.QUOTA_USED);
            return;
        }
        lastActive = loop.nanoTime();
        boolean pause = hasToPause(down, length);
        if (sendProtected(datagram, target)) {
            meter.datagramDown(length);
            charge(length);
        } else {
            meter.count(Fate.LOST);
        }
        if (pause) {
            outlet.reading(false);
        }
    }

    private void charge(int bytes) {
        if (quota != null) {
            quota.charge(bytes);
        }
    }

    private boolean sendProtected(ByteBuffer datagram, InetSocketAddress target) {
        try {
            return inner.send(protection == null ? datagram : protection.wrapDatagram(datagram), target);
        } catch (IOException e) {
            return false; // It is too long now.
        }
    }

    private static boolean hasToPause(@Nullable Pacer pacer, int bytes) {
        if (pacer == null) {
            return false;
        }
        pacer.charge(bytes);
        return pacer.pausing();
    }

    @Override
    public void refuse() {
        meter.count(Fate.FOREIGN);
    }

    @Override
    public void lose() {
        meter.count(Fate.LOST);
    }

    /** Returns the time for which nothing has moved that could have. */
    long idleNanos() {
        return pausing(up) || pausing(down) ? 0 : loop.nanoTime() - lastActive;
    }

    private static boolean pausing(@Nullable Pacer pacer) {
        return pacer != null && pacer.pausing();
    }

    void close() {
        inner.close();
        outlet.close();
        destinations.close();
        if (up != null) {
            up.cancel();
        }
        if (down != null) {
            down.cancel();
        }
    }
}
