package dev.socks5.conformance.server.traffic;

import static dev.socks5.conformance.server.traffic.Association.ASSOCIATE;
import static dev.socks5.conformance.server.traffic.Association.DATAGRAM;
import static dev.socks5.conformance.server.traffic.UdpCases.udp;
import static dev.socks5.conformance.suite.Trial.check;

import dev.socks5.codec.Endpoint;
import dev.socks5.conformance.server.traffic.Association.Answer;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.DatagramWire;
import dev.socks5.conformance.suite.DatagramWire.Datagram;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Violation;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;

/** The group "udp", continued: what is relayed, and with which header it comes back. */
final class UdpPayloadCases {

    private static final int HEADER = 10;

    private UdpPayloadCases() {}

    static List<Case<ServerTrial>> all() {
        return List.of(
                bytes(),
                ipv6(),
                name(),
                empty(),
                size("udp/one-byte", "One byte", 1),
                size("udp/ethernet-size", "1,472 bytes, which fill a packet of Ethernet without the header,", 1472),
                size("udp/several-packets", "9,000 bytes, which take several packets of Ethernet,", 9000),
                size("udp/greatest", "65,497 bytes, the most that UDP carries behind the header,", 65_507 - HEADER),
                boundaries());
    }

    private static Case<ServerTrial> bytes() {
        return udp("udp/payload", Level.MUST, "7")
                .title("The destination gets the payload alone, unchanged, and the client gets the answer's")
                .sends(ASSOCIATE, DATAGRAM, "(the payload is every byte from 00 to FF, once)")
                .accepts("These 256 bytes in one datagram, both ways; no part of the header reaches the destination")
                .means("No protocol works over the relay")
                .script(trial -> Association.open(trial).echo(trial.datagramOrigin(), Tunnel.everyByte()));
    }

    private static Case<ServerTrial> ipv6() {
        return udp("udp/ipv6", Level.MUST, "7")
                .title("A datagram to an IPv6 address reaches it, and the answer names it")
                .sends(ASSOCIATE, "00 00 00 04 {address} {port} {payload}")
                .accepts(
                        "The payload both ways, and ATYP X'04' with the destination's address and port in the header of the"
                                + " answer")
                .means("IPv6 destinations cannot be reached by UDP, although they can by TCP")
                .needs(Feature.IPV6)
                .script(trial -> {
                    DatagramWire origin = UdpCases.ipv6Origin(trial);
                    UdpAnswerCases.from(Association.open(trial).echo(origin, "six"), origin);
                });
    }

    private static Case<ServerTrial> name() {
        return udp("udp/name", Level.MUST, "7")
                .title("A datagram to a name reaches one of its addresses")
                .sends(ASSOCIATE, "00 00 00 03 09 6C 6F 63 61 6C 68 6F 73 74 {port} {payload}")
                .accepts(
                        "The payload at an IPv4 or IPv6 address of the name, and an answer with the port of the destination in"
                                + " its header, and either the address that has answered or the name")
                .means("Clients that leave names to the proxy cannot use UDP")
                .needs(Feature.NAMES)
                .script(trial -> {
                    DatagramWire four = trial.datagramOrigin();
                    DatagramWire six = sameOnIpv6(trial, four);
                    int port = four.localAddress().getPort();
                    byte[] payload = "name".getBytes(StandardCharsets.US_ASCII);
                    Association association = Association.open(trial);
                    association.send(Endpoint.of("localhost", port), payload);
                    long deadline =
                            System.nanoTime() + trial.patience().answer().toNanos();
                    while (System.nanoTime() < deadline) {
                        for (DatagramWire origin : List.of(four, six)) {
                            Datagram datagram = origin.poll(Label.RAW, Duration.ofMillis(10));
                            if (datagram != null) {
                                Answer answer = association.answer(origin, datagram.from(), payload);
                                Endpoint named = answer.header().destination();
                                check(
                                        named.equals(Endpoint.of("localhost", port))
                                                || UdpAnswerCases.is(named, origin),
                                        "expected the name or its address in the header of an answer, but it names "
                                                + named);
                                return;
                            }
                        }
                    }
                    throw new Violation("expected the payload at an address of \"localhost\", but none came");
                });
    }

    private static Case<ServerTrial> empty() {
        return udp("udp/empty", Level.ROBUSTNESS, "")
                .title("A datagram without a payload is relayed both ways")
                .sends(ASSOCIATE, "00 00 00 01 {address} {port}")
                .accepts("An empty datagram at the destination, and a header without a payload at the client")
                .means("Protocols that knock, or keep paths open, by empty datagrams do not work")
                .script(trial -> Association.open(trial).echo(trial.datagramOrigin(), new byte[0]));
    }

    private static Case<ServerTrial> size(String id, String what, int length) {
        return udp(id, Level.ROBUSTNESS, "")
                .title(what + " are relayed in one datagram both ways".replace("are", length == 1 ? "is" : "are"))
                .sends(ASSOCIATE, DATAGRAM, String.format("(the payload is %,d bytes)", length))
                .accepts("The same bytes in one datagram, both ways. The RFC names no limit")
                .means("Datagrams of this size are lost or cut, and the program waits for an answer")
                .script(trial -> {
                    byte[] payload = new byte[length];
                    new Random(length).nextBytes(payload);
                    Association.open(trial).echo(trial.datagramOrigin(), payload);
                });
    }

    private static Case<ServerTrial> boundaries() {
        return udp("udp/boundaries", Level.MUST, "7")
                .title("Datagrams are neither joined nor cut nor repeated")
                .sends(
                        ASSOCIATE,
                        DATAGRAM,
                        "(20 datagrams of 1 to 20 bytes; each is sent when the one before has arrived)")
                .accepts("20 datagrams at the destination, each as it was sent, and no more")
                .means("Protocols over UDP break, because a datagram is a message to them")
                .script(trial -> {
                    Association association = Association.open(trial);
                    DatagramWire origin = trial.datagramOrigin();
                    for (int length = 1; length <= 20; length++) {
                        association.deliver(origin, new byte[length]);
                    }
                    origin.expectSilence("after the last of 20 datagrams");
                });
    }

    /** Opens a socket with the same port on the IPv6 address, if there is one; otherwise returns the same. */
    private static DatagramWire sameOnIpv6(ServerTrial trial, DatagramWire four) throws IOException {
        InetAddress address = trial.server().ipv6Origin();
        if (address == null) {
            return four;
        }
        InetSocketAddress same =
                new InetSocketAddress(address, four.localAddress().getPort());
        try {
            return trial.closing(new DatagramWire("origin", same, trial.transcript(), trial.patience()));
        } catch (BindException e) {
            return Objects.requireNonNull(four);
        }
    }
}
