package dev.socks5.conformance.server.traffic;

import static dev.socks5.conformance.suite.Clause.ROBUSTNESS;
import static dev.socks5.conformance.suite.Clause.rfc1928;

import dev.socks5.codec.Request;
import dev.socks5.conformance.origin.Origin;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Hex;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Wire;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The group "relay": what goes through a tunnel. This class has the bytes themselves, and their order. */
final class RelayCases {

    private static final int LARGE = 16 << 20;

    private RelayCases() {}

    static List<Case<ServerTrial>> all() {
        return Stream.of(
                        List.of(
                                toDestination(),
                                toClient(),
                                interactive(),
                                smallWrites(),
                                originSpeaksFirst(),
                                dataWithRequest(),
                                largeToDestination(),
                                largeToClient(),
                                bothAtOnce(),
                                looksLikeSocks(),
                                idle()),
                        RelayEndCases.all(),
                        RelayResetCases.all(),
                        RelayFlowCases.all())
                .flatMap(List::stream)
                .toList();
    }

    private static Case<ServerTrial> toDestination() {
        return Case.of("relay/to-destination", Level.MUST, rfc1928("6"))
                .title(
                        "After a reply that says success, the client's bytes reach the destination unchanged and in order")
                .sends(Tunnel.CONNECT, "(into the tunnel: every byte from 00 to FF, once)")
                .accepts("The same 256 bytes at the destination, however they are cut")
                .means("No protocol works through the server, or only those that use some of the bytes")
                .script(trial -> Tunnel.open(trial).toOrigin(Tunnel.everyByte()));
    }

    private static Case<ServerTrial> toClient() {
        return Case.of("relay/to-client", Level.MUST, rfc1928("6"))
                .title(
                        "After a reply that says success, the destination's bytes reach the client unchanged and in order")
                .sends(Tunnel.CONNECT, "(the destination sends every byte from 00 to FF, once)")
                .accepts("The same 256 bytes at the client, however they are cut")
                .means("No protocol works through the server, or only those that use some of the bytes")
                .script(trial -> Tunnel.open(trial).toClient(Tunnel.everyByte()));
    }

    private static Case<ServerTrial> interactive() {
        return Case.of("relay/interactive", Level.ROBUSTNESS, ROBUSTNESS)
                .title("A single byte goes through without waiting for more")
                .sends(Tunnel.CONNECT, "(one byte, which the destination answers by one byte: 20 times)")
                .accepts("Each byte arrives within the patience of the suite, although nothing follows it")
                .means("Terminals, games and every protocol of questions and answers hang")
                .script(trial -> {
                    Tunnel tunnel = Tunnel.open(trial);
                    for (byte i = 0; i < 20; i++) {
                        tunnel.toOrigin(new byte[] {i});
                        tunnel.toClient(new byte[] {(byte) ~i});
                    }
                });
    }

    private static Case<ServerTrial> smallWrites() {
        return Case.of("relay/small-writes", Level.ROBUSTNESS, ROBUSTNESS)
                .title("Many small writes arrive in order")
                .sends(Tunnel.CONNECT, "(256 bytes, each in a write of its own)")
                .accepts("The same bytes; the server may join them")
                .means("Bytes get lost or change places when they come in small segments")
                .script(trial -> {
                    Tunnel tunnel = Tunnel.open(trial);
                    for (byte b : Tunnel.everyByte()) {
                        tunnel.client()
                                .push(
                                        ByteBuffer.wrap(new byte[] {b}),
                                        trial.patience().answer());
                    }
                    Tunnel.expect(tunnel.origin(), Tunnel.everyByte());
                });
    }

    private static Case<ServerTrial> originSpeaksFirst() {
        return Case.of("relay/origin-speaks-first", Level.ROBUSTNESS, ROBUSTNESS)
                .title("A destination that speaks first is heard, and its first bytes come behind the reply")
                .sends(Tunnel.CONNECT, "(the destination sends a line as soon as it is connected to)")
                .accepts("The reply, and then the line, although the client has sent nothing into the tunnel")
                .means("Protocols in which the server begins, such as SSH, SMTP and FTP, hang or break")
                .script(trial -> {
                    Origin origin = trial.origin();
                    Wire client = trial.requested(Request.connect(origin.endpoint()));
                    byte[] banner = "220 ready\r\n".getBytes(StandardCharsets.US_ASCII);
                    trial.accept(origin).send(Label.RAW, banner);
                    trial.success(client);
                    Tunnel.expect(client, banner);
                });
    }

    private static Case<ServerTrial> dataWithRequest() {
        return Case.of("relay/data-with-request", Level.ROBUSTNESS, ROBUSTNESS)
                .title("Bytes that come in one segment with the request reach the destination, once")
                .sends(Tunnel.CONNECT + " 68 65 6C 6C 6F", "(after the reply: a second line)")
                .accepts("Both in order. The RFC lets the client begin after the reply; some begin earlier to save a"
                        + " round trip, and a server cannot tell where TCP has cut")
                .means("Clients that do not wait lose the first bytes of what they send, and hang")
                .script(trial -> {
                    Origin origin = trial.origin();
                    byte[] early = "hello".getBytes(StandardCharsets.US_ASCII);
                    ByteBuffer both = ByteBuffer.allocate(64);
                    Request.connect(origin.endpoint()).encode(both);
                    both.put(early).flip();
                    byte[] bytes = new byte[both.remaining()];
                    both.get(bytes);
                    Wire client = trial.negotiated().send(Label.REQUEST, bytes);
                    trial.success(client);
                    Wire accepted = trial.accept(origin);
                    Tunnel.expect(accepted, early);
                    new Tunnel(client, accepted).toOrigin(Tunnel.everyByte());
                    accepted.expectSilence("after everything that was sent");
                });
    }

    private static Case<ServerTrial> largeToDestination() {
        return Case.of("relay/large-to-destination", Level.ROBUSTNESS, ROBUSTNESS)
                .title("16 MiB from the client arrive complete and in order")
                .sends(Tunnel.CONNECT, "(16 MiB, each byte known by its place)")
                .accepts("All of them. No time counts as long as something moves")
                .means("Uploads are cut short or damaged")
                .script(trial -> {
                    Tunnel tunnel = Tunnel.open(trial);
                    Flow.run(trial.patience(), new Flow(tunnel.client(), tunnel.origin(), LARGE));
                });
    }

    private static Case<ServerTrial> largeToClient() {
        return Case.of("relay/large-to-client", Level.ROBUSTNESS, ROBUSTNESS)
                .title("16 MiB from the destination arrive complete and in order")
                .sends(Tunnel.CONNECT, "(the destination sends 16 MiB, each byte known by its place)")
                .accepts("All of them. No time counts as long as something moves")
                .means("Downloads are cut short or damaged")
                .script(trial -> {
                    Tunnel tunnel = Tunnel.open(trial);
                    Flow.run(trial.patience(), new Flow(tunnel.origin(), tunnel.client(), LARGE));
                });
    }

    private static Case<ServerTrial> bothAtOnce() {
        return Case.of("relay/both-at-once", Level.ROBUSTNESS, ROBUSTNESS)
                .title("Both directions flow at the same time")
                .sends(Tunnel.CONNECT, "(8 MiB each way at once, each byte known by its place)")
                .accepts("All of them, both ways; neither direction has to wait for the other's end")
                .means("Transfers in both directions, such as HTTP/2 and rsync, stop for ever or mix their bytes")
                .script(trial -> {
                    Tunnel tunnel = Tunnel.open(trial);
                    Flow there = new Flow(tunnel.client(), tunnel.origin(), LARGE / 2);
                    Flow back = new Flow(tunnel.origin(), tunnel.client(), LARGE / 2);
                    Flow.run(trial.patience(), List.of(there, back));
                });
    }

    private static Case<ServerTrial> looksLikeSocks() {
        return Case.of("relay/looks-like-socks", Level.ROBUSTNESS, ROBUSTNESS)
                .title("Bytes in a tunnel that look like SOCKS messages are relayed as any others")
                .sends(Tunnel.CONNECT, "05 01 00", "05 01 00 01 7F 00 00 01 00 09", "05 00 00 01 00 00 00 00 00 00")
                .accepts("The same bytes at the destination, and the destination's own at the client")
                .means("A proxy behind the proxy cannot be reached")
                .script(trial -> {
                    Tunnel tunnel = Tunnel.open(trial);
                    for (String message :
                            List.of("05 01 00", "05 01 00 01 7F 00 00 01 00 09", "05 00 00 01 00 00 00 00 00 00")) {
                        tunnel.toOrigin(Hex.bytes(message));
                        tunnel.toClient(Hex.bytes(message));
                    }
                });
    }

    private static Case<ServerTrial> idle() {
        return Case.of("relay/idle", Level.ROBUSTNESS, ROBUSTNESS)
                .title("A tunnel in which nothing moves for two seconds is kept")
                .sends(Tunnel.CONNECT, "(one byte each way, then nothing for two seconds, then one byte each way)")
                .accepts(
                        "Every byte. The RFC names no limit for idle tunnels, and servers may have one; people think for"
                                + " longer than two seconds")
                .means("Terminals are cut off when nobody types")
                .script(trial -> {
                    Tunnel tunnel = Tunnel.open(trial);
                    rest(tunnel, Duration.ofSeconds(2));
                });
    }

    /** Lets a tunnel rest for a time, and sees to it that it is alive before and after. */
    static void rest(Tunnel tunnel, Duration time) throws Exception {
        tunnel.toOrigin(new byte[] {1});
        tunnel.toClient(new byte[] {2});
        Wire.Rest rest = tunnel.client().receiveRest(1, time);
        ServerTrial.check(
                rest.end() == Wire.End.OPEN && rest.bytes().length == 0,
                "the tunnel was ended, or a byte came, while nothing was sent");
        tunnel.toOrigin(new byte[] {3});
        tunnel.toClient(new byte[] {4});
    }
}
