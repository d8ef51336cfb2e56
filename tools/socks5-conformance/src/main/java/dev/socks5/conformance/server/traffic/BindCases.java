package dev.socks5.conformance.server.traffic;

import static dev.socks5.conformance.suite.Clause.ROBUSTNESS;
import static dev.socks5.conformance.suite.Clause.rfc1928;
import static dev.socks5.conformance.suite.Trial.check;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Reply;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Wire;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.stream.Stream;

/** The group "bind": BIND. This class has the two replies and the tunnel; the peer named is the peer that connects. */
final class BindCases {

    private static final String CONNECTS = "(the peer connects to the address of the first reply)";

    private BindCases() {}

    static List<Case<ServerTrial>> all() {
        return Stream.concat(
                        Stream.of(
                                firstReply(),
                                firstAddress(),
                                noSecondReplyYet(),
                                secondReply(),
                                peerIsNamed(),
                                data(),
                                peerSpeaksFirst(),
                                earlyData(),
                                large(),
                                halfClose()),
                        BindPeerCases.all().stream())
                .toList();
    }

    private static Case<ServerTrial> firstReply() {
        return bind("bind/first-reply", Level.MUST)
                .title("The first reply comes before anybody connects, and names a port to which somebody can connect")
                .sends(Binding.BIND, CONNECTS)
                .accepts(
                        "A reply that says success, with an IP address and a port that is not 0. If the address is 0.0.0.0 or"
                                + " ::, the suite takes that of the server; another case asks for more")
                .means("The peer cannot be told where to connect to: active FTP does not work")
                .script(trial -> {
                    SocketChannel peer = Binding.peer(trial);
                    Binding binding = Binding.open(trial, peer);
                    Endpoint bound = binding.first().bound();
                    check(!bound.isName(), "expected an IP address in the first reply, but " + bound + " came");
                    check(bound.port() != 0, "expected the port of the listener in the first reply, but it is 0");
                    binding.connect(peer);
                });
    }

    private static Case<ServerTrial> firstAddress() {
        return bind("bind/first-reply-address", Level.ROBUSTNESS)
                .title("The address in the first reply is one that a peer can be told")
                .sends(Binding.BIND)
                .accepts(
                        "Any address but 0.0.0.0 and ::. The RFC says \"the associated IP address\", and for a socket that"
                                + " listens on all addresses that can be read as 0.0.0.0; so this is no MUST")
                .means(
                        "The client passes on an address to which nobody can connect, unless it replaces it by the server's")
                .script(trial -> {
                    Binding binding = Binding.open(trial, Binding.peer(trial));
                    Endpoint bound = binding.first().bound();
                    check(
                            !Association.isWildcard(bound),
                            "expected an address to which a peer can connect, but the first reply names " + bound);
                });
    }

    private static Case<ServerTrial> noSecondReplyYet() {
        return bind("bind/no-early-second-reply", Level.MUST)
                .title("The second reply does not come before somebody has connected")
                .sends(Binding.BIND, "(nobody connects)")
                .accepts(
                        "Silence after the first reply, for a short time: \"the second reply occurs only after the anticipated"
                                + " incoming connection succeeds or fails\"")
                .means("A client takes a connection for made that is not")
                .script(trial -> Binding.open(trial, Binding.peer(trial))
                        .control()
                        .expectSilence("before somebody has connected"));
    }

    private static Case<ServerTrial> secondReply() {
        return bind("bind/second-reply", Level.MUST)
                .title("The second reply comes when the peer has connected, and says success")
                .sends(Binding.BIND, CONNECTS)
                .accepts("A second reply with X'00'; whom it names is another case")
                .means("The client never learns that its peer is there")
                .script(trial -> {
                    SocketChannel peer = Binding.peer(trial);
                    Binding.open(trial, peer).accepted(peer);
                });
    }

    private static Case<ServerTrial> peerIsNamed() {
        return bind("bind/second-reply-names-peer", Level.MUST)
                .title("The second reply names the address and port of the host that has connected")
                .sends(Binding.BIND, CONNECTS)
                .accepts("The peer's own address and port; an IPv4 address may stand in the form ::FFFF:0:0/96")
                .means("The client cannot see who has connected to it")
                .script(trial -> {
                    SocketChannel peer = Binding.peer(trial);
                    Binding binding = Binding.open(trial, peer);
                    Wire wire = binding.connect(peer);
                    named(trial.success(binding.control()), wire);
                });
    }

    private static Case<ServerTrial> data() {
        return bind("bind/data", Level.MUST)
                .title("After the second reply bytes pass both ways")
                .sends(Binding.BIND, CONNECTS, "(every byte from 00 to FF, each way)")
                .accepts("The same bytes at the other end, and none before or after them")
                .means("BIND is offered, and carries nothing")
                .script(trial -> {
                    SocketChannel peer = Binding.peer(trial);
                    Tunnel tunnel = Binding.open(trial, peer).accepted(peer);
                    tunnel.toOrigin(Tunnel.everyByte());
                    tunnel.toClient(Tunnel.everyByte());
                    tunnel.client().expectSilence("after everything that the peer has sent");
                });
    }

    private static Case<ServerTrial> peerSpeaksFirst() {
        return bind("bind/peer-speaks-first", Level.MUST)
                .title("Bytes that the peer sends at once come behind the second reply")
                .sends(Binding.BIND, CONNECTS, "(the peer sends 256 bytes at once)")
                .accepts("The second reply, then all 256 bytes. Before the second reply there is no tunnel")
                .means("The beginning of a file is lost, or taken for the reply")
                .script(trial -> {
                    SocketChannel peer = Binding.peer(trial);
                    Binding binding = Binding.open(trial, peer);
                    binding.connect(peer).send(Label.RAW, Tunnel.everyByte());
                    trial.success(binding.control());
                    Tunnel.expect(binding.control(), Tunnel.everyByte());
                });
    }

    private static Case<ServerTrial> earlyData() {
        return bind("bind/early-data", Level.ROBUSTNESS)
                .title("Bytes that the client sends between the replies are not lost without a word")
                .sends(Binding.BIND, "(after the first reply: 256 bytes; then the peer connects)")
                .accepts(
                        "All 256 bytes at the peer; or a second reply that says failure, or the end of the connection. The RFC lets"
                                + " the client begin after a reply that says success, and does not say which of the two")
                .means("The beginning of what a client sends is missing, and nobody knows")
                .script(trial -> {
                    SocketChannel peer = Binding.peer(trial);
                    Binding binding = Binding.open(trial, peer);
                    binding.control().send(Label.RAW, Tunnel.everyByte());
                    Wire wire = binding.tryConnect(peer);
                    byte[] second = binding.control().receiveRest(2).bytes();
                    if (wire != null && second.length == 2 && second[1] == 0) {
                        Tunnel.expect(wire, Tunnel.everyByte());
                    }
                });
    }

    private static Case<ServerTrial> large() {
        return bind("bind/large", Level.ROBUSTNESS)
                .title("Four MiB each way pass at the same time, complete and in order")
                .sends(Binding.BIND, CONNECTS, "(4 MiB each way at once, each byte known by its place)")
                .accepts("All of them. No time counts as long as something moves")
                .means("Files are cut short or damaged")
                .script(trial -> {
                    SocketChannel peer = Binding.peer(trial);
                    Tunnel tunnel = Binding.open(trial, peer).accepted(peer);
                    Flow there = new Flow(tunnel.client(), tunnel.origin(), 4 << 20);
                    Flow back = new Flow(tunnel.origin(), tunnel.client(), 4 << 20);
                    Flow.run(trial.patience(), List.of(there, back));
                });
    }

    private static Case<ServerTrial> halfClose() {
        return bind("bind/half-close", Level.ROBUSTNESS)
                .title("The end of one direction passes on, and the other goes on")
                .sends(
                        Binding.BIND,
                        CONNECTS,
                        "(the peer ends its output; the client sends 256 bytes and ends its own)")
                .accepts(
                        "An end at the client; then the 256 bytes and an end at the peer. The RFC does not speak of ends")
                .means("Files have no end, or the confirmation of their receipt is lost")
                .script(trial -> {
                    SocketChannel peer = Binding.peer(trial);
                    Tunnel tunnel = Binding.open(trial, peer).accepted(peer);
                    tunnel.origin().finish();
                    tunnel.client().expectEnd("the peer had ended its output");
                    tunnel.toOrigin(Tunnel.everyByte());
                    tunnel.client().finish();
                    tunnel.origin().expectEnd("both sides had ended their output");
                });
    }

    static Case.Draft bind(String id, Level level) {
        return Case.of(id, level, level == Level.ROBUSTNESS ? ROBUSTNESS : rfc1928("6"))
                .needs(Feature.BIND);
    }

    /** The second reply has to name whoever has connected. */
    static void named(Reply second, Wire peer) throws Exception {
        Endpoint came = second.bound().unmapped();
        Endpoint connected = Endpoint.of(peer.localAddress());
        check(
                came.equals(connected),
                "expected the peer " + connected + " in the second reply, but it names " + second.bound());
    }
}
