package dev.socks5.conformance.server.traffic;

import dev.socks5.codec.Address;
import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Reply;
import dev.socks5.codec.Request;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Violation;
import dev.socks5.conformance.suite.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * A BIND whose first reply has come.
 *
 * @param trial the trial that it is part of
 * @param control the client's connection
 * @param first the first reply, which says success
 */
record Binding(ServerTrial trial, Wire control, Reply first) {

    /** The request that makes one, for the text of a case. */
    static final String BIND = "05 02 00 01 {address of the peer} {port of the peer}";

    /**
     * Requests it.
     *
     * @param expected the peer that the request names
     */
    static Binding open(ServerTrial trial, Endpoint expected) throws IOException, Violation {
        Wire control = trial.requested(new Request(Command.BIND, expected));
        return new Binding(trial, control, trial.success(control));
    }

    /** Requests it for a peer that has its address already, but has not connected. */
    static Binding open(ServerTrial trial, SocketChannel peer) throws IOException, Violation {
        return open(trial, Endpoint.of((InetSocketAddress) peer.getLocalAddress()));
    }

    /** Makes a peer: a socket with an address, which connects later. */
    static SocketChannel peer(ServerTrial trial, InetAddress address) throws IOException {
        return trial.closing(SocketChannel.open().bind(new InetSocketAddress(address, 0)));
    }

    /** Makes a peer on the address where destinations are. */
    static SocketChannel peer(ServerTrial trial) throws IOException {
        return peer(trial, trial.server().origin());
    }

    /** Returns where the peer has to connect to. If the reply names no address, it is that of the server. */
    InetSocketAddress address() {
        Address proxy = Address.of(trial.server().address().getAddress());
        return first.bound().relativeTo(proxy).toInetSocketAddress();
    }

    /**
     * Has a peer connect.
     *
     * @throws Violation if it cannot
     */
    Wire connect(SocketChannel peer) throws IOException, Violation {
        try {
            peer.socket().connect(address(), (int) trial.patience().answer().toMillis());
        } catch (IOException e) {
            throw new Violation(
                    "nobody can connect to " + address() + ", which the first reply names: " + e.getMessage());
        }
        trial.transcript().note("peer", "has connected to " + address());
        return trial.closing(new Wire("peer", peer, trial.transcript(), trial.patience()));
    }

    /** Has a peer connect, or returns {@code null} if it cannot. */
    @Nullable
    Wire tryConnect(SocketChannel peer) throws IOException {
        try {
            return connect(peer);
        } catch (Violation refused) {
            trial.transcript().note("peer", "was refused");
            return null;
        }
    }

    /** Has a peer connect, takes the second reply, and returns the tunnel. */
    Tunnel accepted(SocketChannel peer) throws IOException, Violation {
        Wire wire = connect(peer);
        trial.success(control);
        return new Tunnel(control, wire);
    }
}
