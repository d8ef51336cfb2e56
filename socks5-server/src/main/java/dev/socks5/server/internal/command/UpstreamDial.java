package dev.socks5.server.internal.command;

import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import dev.socks5.server.Upstream;
import dev.socks5.server.internal.net.Connection;
import dev.socks5.server.internal.net.Dial;
import dev.socks5.server.internal.net.Egress;
import dev.socks5.server.internal.session.PendingRequest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks an upstream up, if it has a name, and dials it; or connects to its path. */
final class UpstreamDial implements Dial.Caller {

    /** Waits for the outcome. */
    interface Caller {

        /** Takes the connection, which has no owner yet. */
        void connected(Connection upstream);

        /**
         * Called when it cannot be reached.
         *
         * @param reason not for the client
         */
        void failed(String reason);
    }

    private final PendingRequest pending;
    private final Endpoint upstream;
    private final @Nullable Path path;
    private final Egress egress;
    private final Caller caller;
    private @Nullable Dial dial;

    /** Prepares the dial; {@link #start} begins it. */
    UpstreamDial(PendingRequest pending, Upstream upstream, Egress egress, Caller caller) {
        this.pending = pending;
        this.upstream = upstream.endpoint();
        this.path = upstream.path();
        this.egress = egress;
        this.caller = caller;
    }

    void start() {
        if (path != null) {
            connect(path);
        } else if (upstream.isName()) {
            pending.run(this::lookUp, List.of(), this::dial);
        } else {
            dial(List.of(upstream.toInetSocketAddress()));
        }
    }

    private void connect(Path local) {
        Connection connection;
        try {
            connection = Dial.connect(pending.loop(), local);
        } catch (IOException | UnsupportedOperationException e) {
            caller.failed("cannot be reached: " + e.getMessage());
            return;
        }
        caller.connected(connection);
    }

    private List<InetSocketAddress> lookUp() {
        try {
            String name = ((DomainName) upstream.address()).octets();
            return pending.settings().resolver().resolve(name).stream()
                    .map(address -> new InetSocketAddress(address, upstream.port()))
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private void dial(List<InetSocketAddress> addresses) {
        if (addresses.isEmpty()) {
            caller.failed("its address cannot be found");
            return;
        }
        dial = new Dial(pending.loop(), addresses, egress, this);
        dial.proceed();
    }

    @Override
    public void connected(Connection connection) {
        caller.connected(connection);
    }

    @Override
    public void failed(ReplyCode code) {
        caller.failed("cannot be reached: " + code);
    }

    @Override
    public void refused(String reason) {
        caller.failed(reason);
    }

    void cancel() {
        if (dial != null) {
            dial.cancel();
        }
    }
}
