package dev.socks5.conformance.server.traffic;

import dev.socks5.codec.Address;
import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.Reply;
import dev.socks5.codec.Request;
import dev.socks5.codec.UdpHeader;
import dev.socks5.conformance.server.trial.ServerTrial;
import dev.socks5.conformance.suite.DatagramWire;
import dev.socks5.conformance.suite.DatagramWire.Datagram;
import dev.socks5.conformance.suite.Hex;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Violation;
import dev.socks5.conformance.suite.Wire;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;

/**
 * A UDP association, as its client has it.
 *
 * @param trial the trial that it is part of
 * @param control the TCP connection of the request
 * @param reply the reply, which says success
 * @param client the socket from which the client sends
 */
record Association(ServerTrial trial, Wire control, Reply reply, DatagramWire client) {

    /** The request of a client that does not know yet from where it will send, for the text of a case. */
    static final String ASSOCIATE = "05 03 00 01 00 00 00 00 00 00";

    /** A datagram to an IPv4 destination, for the text of a case. */
    static final String DATAGRAM = "00 00 00 01 {address} {port} {payload}";

    /**
     * A datagram from the relay.
     *
     * @param from who has sent it
     * @param bytes all of it
     * @param header its header
     * @param payload what follows the header
     */
    record Answer(InetSocketAddress from, byte[] bytes, UdpHeader header, byte[] payload) {}

    /** Makes one, with zeros in the request. */
    static Association open(ServerTrial trial) throws IOException, Violation {
        return open(trial, client -> Endpoint.UNSPECIFIED);
    }

    /**
     * Makes one.
     *
     * @param expected what the request says, by the address from which the client sends
     */
    static Association open(ServerTrial trial, Function<InetSocketAddress, Endpoint> expected)
            throws IOException, Violation {
        Wire control = trial.negotiated();
        DatagramWire client = trial.datagramClient(control);
        control.send(new Request(Command.UDP_ASSOCIATE, expected.apply(client.localAddress())));
        return new Association(trial, control, trial.success(control), client);
    }

    /** Returns where the client has to send to. If the reply names no address, it is that of the server. */
    InetSocketAddress relay() {
        Address proxy = Address.of(trial.server().address().getAddress());
        return reply.bound().relativeTo(proxy).toInetSocketAddress();
    }

    /** Says whether an address is 0.0.0.0 or ::, to which nobody can send. */
    static boolean isWildcard(Endpoint endpoint) {
        return !endpoint.isName() && endpoint.toInetSocketAddress().getAddress().isAnyLocalAddress();
    }

    /** Sends a payload with its header. */
    void send(Endpoint destination, byte[] payload) throws IOException {
        send(client, datagram(0, destination, payload));
    }

    /** Sends any bytes, from any socket. */
    void send(DatagramWire from, byte[] bytes) throws IOException {
        from.send(Label.DATAGRAM, relay(), bytes);
    }

    /** Puts a header before a payload. */
    static byte[] datagram(int fragment, Endpoint destination, byte[] payload) {
        ByteBuffer bytes = ByteBuffer.allocate(UdpHeader.MAX_LENGTH + payload.length);
        new UdpHeader(fragment, destination).encode(bytes);
        bytes.put(payload);
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    /** Receives a datagram from the relay. */
    Answer receive() throws IOException, Violation {
        Datagram datagram = client.receive(Label.DATAGRAM, "a datagram from the relay");
        ByteBuffer in = ByteBuffer.wrap(datagram.bytes());
        Optional<UdpHeader> header;
        try {
            header = UdpHeader.decode(in);
        } catch (MalformedMessageException e) {
            throw new Violation("expected a datagram with a header, but " + Hex.shown(datagram.bytes()) + " came: "
                    + e.getMessage());
        }
        if (header.isEmpty()) {
            throw new Violation("expected a datagram with a header, but only " + Hex.shown(datagram.bytes()) + " came");
        }
        byte[] payload = Arrays.copyOfRange(datagram.bytes(), in.position(), datagram.bytes().length);
        return new Answer(datagram.from(), datagram.bytes(), header.get(), payload);
    }

    /** Sends a payload to a destination, where it has to arrive as it is; returns from where it came there. */
    InetSocketAddress deliver(DatagramWire origin, byte[] payload) throws IOException, Violation {
        send(Endpoint.of(origin.localAddress()), payload);
        return expect(origin, payload);
    }

    /** Receives a payload at a destination; returns from where it came. */
    static InetSocketAddress expect(DatagramWire origin, byte[] payload) throws IOException, Violation {
        Datagram datagram = origin.receive(Label.RAW, "the payload at the destination");
        same("at the destination", payload, datagram.bytes());
        return datagram.from();
    }

    /**
     * Has a payload go to a destination and come back, after one that the server may have relayed or dropped: it may
     * still arrive, because servers take their time.
     */
    void echoAfter(byte[] perhaps, DatagramWire origin, byte[] payload) throws IOException, Violation {
        send(Endpoint.of(origin.localAddress()), payload);
        Datagram datagram = origin.receive(Label.RAW, "the payload at the destination");
        if (Arrays.equals(perhaps, datagram.bytes())) {
            datagram = origin.receive(Label.RAW, "the payload at the destination");
        }
        same("at the destination", payload, datagram.bytes());
        answer(origin, datagram.from(), payload);
    }

    /** Sends a payload from a destination, and has it arrive at the client. */
    Answer answer(DatagramWire origin, InetSocketAddress to, byte[] payload) throws IOException, Violation {
        origin.send(Label.RAW, to, payload);
        Answer answer = receive();
        same("at the client", payload, answer.payload());
        return answer;
    }

    /** Has a payload go to a destination and come back. */
    Answer echo(DatagramWire origin, byte[] payload) throws IOException, Violation {
        return answer(origin, deliver(origin, payload), payload);
    }

    /** The same with a few bytes. */
    Answer echo(DatagramWire origin, String payload) throws IOException, Violation {
        return echo(origin, payload.getBytes(StandardCharsets.US_ASCII));
    }

    private static void same(String where, byte[] expected, byte[] came) throws Violation {
        if (!Arrays.equals(expected, came)) {
            throw new Violation("expected a payload of " + expected.length + " bytes " + where + ", "
                    + Hex.shown(expected) + ", but " + came.length + " bytes came: " + Hex.shown(came));
        }
    }
}
