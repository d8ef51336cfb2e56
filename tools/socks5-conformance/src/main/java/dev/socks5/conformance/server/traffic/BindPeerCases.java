package dev.socks5.conformance.server.traffic;

import static dev.socks5.conformance.server.traffic.BindCases.bind;
import static dev.socks5.conformance.suite.Trial.check;

import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Reply;
import dev.socks5.codec.Request;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Violation;
import dev.socks5.conformance.suite.Wire;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The group "bind", continued: who connects, who does not, and who is expected. */
final class BindPeerCases {

    private BindPeerCases() {}

    static List<Case<ServerTrial>> all() {
        return List.of(
                onlyOne(), twoAtOnce(), stranger(), peerGone(), clientLeaves(), zeroDestination(), name(), ipv6());
    }

    private static Case<ServerTrial> onlyOne() {
        return bind("bind/only-one", Level.MUST)
                .title("Only one host is connected to the client")
                .sends(
                        Binding.BIND,
                        "(the peer connects; after the second reply another host does, and sends 256 bytes)")
                .accepts(
                        "The other host is refused, closed or left waiting; none of its bytes reach the client, and the tunnel"
                                + " of the first goes on. The RFC speaks of one incoming connection")
                .means("Anybody can write into a client's connection")
                .script(trial -> {
                    SocketChannel peer = Binding.peer(trial);
                    Binding binding = Binding.open(trial, peer);
                    Tunnel tunnel = binding.accepted(peer);
                    Wire second = binding.tryConnect(Binding.peer(trial));
                    if (second != null) {
                        second.trySend(Label.RAW, Tunnel.everyByte());
                    }
                    tunnel.client().expectSilence("from a second host");
                    tunnel.toOrigin(Tunnel.everyByte());
                    tunnel.toClient(Tunnel.everyByte());
                });
    }

    private static Case<ServerTrial> twoAtOnce() {
        return bind("bind/two-at-once", Level.MUST)
                .title("Two BINDs at once have a socket each")
                .sends(
                        Binding.BIND,
                        Binding.BIND,
                        "(on two connections; then the peer of the second connects, then that of the first)")
                .accepts(
                        "Two different addresses or ports, because the server \"creates and binds a new socket\"; each peer is"
                                + " connected to its own client")
                .means("Users get each other's files")
                .script(trial -> {
                    SocketChannel one = Binding.peer(trial);
                    SocketChannel two = Binding.peer(trial);
                    Binding first = Binding.open(trial, one);
                    Binding second = Binding.open(trial, two);
                    check(
                            !first.address().equals(second.address()),
                            "two BINDs listen on the same address and port: " + first.address());
                    Tunnel tunnelTwo = second.accepted(two);
                    Tunnel tunnelOne = first.accepted(one);
                    tunnelOne.toClient(new byte[] {1});
                    tunnelTwo.toClient(new byte[] {2});
                });
    }

    private static Case<ServerTrial> stranger() {
        return bind("bind/stranger", Level.MUST)
                .title("If another host than the one in the request connects, it is not said to be the expected one")
                .sends(Binding.BIND, "(a host with another address connects, and after it the peer)")
                .accepts(
                        "A second reply that says failure, or one that names whoever is connected to the client then: the peer or"
                                + " the stranger. The RFC expects servers to evaluate the request by the peer in it, and does not say"
                                + " that nobody else may connect")
                .means("A client cannot know that it speaks with a stranger")
                .script(trial -> {
                    SocketChannel peer = Binding.peer(trial);
                    SocketChannel other = Binding.peer(trial, trial.elsewhere());
                    Binding binding = Binding.open(trial, peer);
                    Wire strange = binding.tryConnect(other);
                    Wire expected = binding.tryConnect(peer);
                    Reply second = trial.reply(binding.control());
                    if (second.succeeded()) {
                        Endpoint named = second.bound().unmapped();
                        Wire who = is(expected, named) ? expected : strange;
                        if (who == null || !is(who, named)) {
                            throw new Violation("the second reply names " + named + ", which has not connected");
                        }
                        new Tunnel(binding.control(), who).toOrigin(new byte[] {1});
                    }
                });
    }

    private static Case<ServerTrial> peerGone() {
        return bind("bind/peer-gone", Level.ROBUSTNESS)
                .title("A peer that connects and leaves at once does not leave the client waiting")
                .sends(Binding.BIND, "(the peer connects, and closes)")
                .accepts("A second reply of any code, then the end; or the end at once")
                .means("Clients hang, and the server keeps what belongs to them")
                .script(trial -> {
                    SocketChannel peer = Binding.peer(trial);
                    Binding binding = Binding.open(trial, peer);
                    binding.connect(peer).close();
                    Wire.Rest rest = binding.control().receiveRest(1024);
                    check(
                            rest.end() != Wire.End.OPEN,
                            "the peer had connected and closed, but the client's connection was not ended");
                });
    }

    private static Case<ServerTrial> clientLeaves() {
        return bind("bind/client-leaves", Level.ROBUSTNESS)
                .title("When the client leaves, its listener goes")
                .sends(Binding.BIND, "(the client closes; then the peer tries to connect, again and again)")
                .accepts(
                        "Sooner or later within the patience of the suite the peer is refused, or closed after it has connected")
                .means("Ports stay open that nobody needs, until there are none left")
                .script(trial -> {
                    Binding binding = Binding.open(trial, Binding.peer(trial));
                    binding.control().close();
                    long deadline =
                            System.nanoTime() + trial.patience().answer().toNanos();
                    do {
                        try (SocketChannel peer = Binding.peer(trial)) {
                            Wire wire = binding.tryConnect(peer);
                            if (wire == null
                                    || wire.receiveRest(1, trial.patience().silence())
                                                    .end()
                                            != Wire.End.OPEN) {
                                return;
                            }
                        }
                    } while (System.nanoTime() < deadline);
                    throw new Violation(
                            "the client had left, but its listener still takes connections, and keeps them");
                });
    }

    private static Case<ServerTrial> zeroDestination() {
        return bind("bind/any-peer", Level.ROBUSTNESS)
                .title("A BIND for 0.0.0.0 and port 0 is either refused or carried out")
                .sends("05 02 00 01 00 00 00 00 00 00", "(if it succeeds, a peer connects)")
                .accepts(
                        "A reply that says failure, because there is no peer to evaluate; or a first reply as usual, and a second"
                                + " one when somebody connects, which names him if it says success")
                .means("Programs that do not know their peer's address hang")
                .script(trial -> {
                    Wire control = trial.requested(new Request(Command.BIND, Endpoint.UNSPECIFIED));
                    Reply first = trial.reply(control);
                    if (first.succeeded()) {
                        Wire peer = new Binding(trial, control, first).connect(Binding.peer(trial));
                        Reply second = trial.reply(control);
                        if (second.succeeded()) {
                            BindCases.named(second, peer);
                        }
                    }
                });
    }

    private static Case<ServerTrial> name() {
        return bind("bind/name", Level.ROBUSTNESS)
                .title("A BIND for a name is answered")
                .sends("05 02 00 03 09 6C 6F 63 61 6C 68 6F 73 74 {port}")
                .accepts(
                        "A first reply with a port, or a reply that says failure. Whom the server expects then is up to what the"
                                + " name means to it")
                .means("Programs that know their peer by name hang")
                .script(trial -> {
                    int port = trial.origin().address().getPort();
                    Reply reply =
                            trial.reply(trial.requested(new Request(Command.BIND, Endpoint.of("localhost", port))));
                    check(
                            !reply.succeeded() || reply.bound().port() != 0,
                            "expected the port of the listener in the first reply, but it is 0");
                });
    }

    private static Case<ServerTrial> ipv6() {
        return bind("bind/ipv6", Level.ROBUSTNESS)
                .title("A BIND for an IPv6 peer is either refused or carried out")
                .sends(
                        "05 02 00 04 {address of the peer} {port of the peer}",
                        "(if the reply names an IPv6 address, the peer connects)")
                .accepts(
                        "A reply that says failure; or a first reply with a port, and if its address is an IPv6 address, a second"
                                + " one that says success")
                .means("BIND is accepted, but the peer cannot connect")
                .needs(Feature.IPV6)
                .script(trial -> {
                    InetAddress address = Objects.requireNonNull(trial.server().ipv6Origin());
                    SocketChannel peer = Binding.peer(trial, address);
                    Endpoint expected = Endpoint.of((InetSocketAddress) peer.getLocalAddress());
                    Wire control = trial.requested(new Request(Command.BIND, expected));
                    Reply first = trial.reply(control);
                    if (!first.succeeded()) {
                        return;
                    }
                    Endpoint bound = first.bound();
                    check(bound.port() != 0, "expected the port of the listener in the first reply, but it is 0");
                    if (bound.toInetSocketAddress().getAddress() instanceof Inet6Address
                            && !Association.isWildcard(bound)) {
                        Wire wire = new Binding(trial, control, first).connect(peer);
                        BindCases.named(trial.success(control), wire);
                    }
                });
    }

    private static boolean is(@Nullable Wire wire, Endpoint named) throws IOException {
        return wire != null && Endpoint.of(wire.localAddress()).equals(named);
    }
}
