package dev.socks5.conformance.client;

import static dev.socks5.conformance.suite.Trial.check;

import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.Reply;
import dev.socks5.codec.Request;
import dev.socks5.codec.UdpHeader;
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
import java.util.Objects;

/**
 * An association that the program has asked for, with the relay that the suite plays.
 *
 * @param trial the trial that it is part of
 * @param control the connection on which it was asked for
 * @param request what was asked
 * @param relay where the program's datagrams have to go
 */
record Association(ClientTrial trial, Wire control, Request request, DatagramWire relay) {

    /** Where the program's datagram is to go in the end. */
    static final Endpoint DESTINATION = Endpoint.of(ClientTrial.IPV4, ClientTrial.PORT);

    /** Starts the program that sends a datagram, and takes its request. */
    static Association requested(ClientTrial trial) throws IOException, Violation, InterruptedException {
        Program program = Objects.requireNonNull(trial.client().udp());
        Wire control = trial.withoutLogin(trial.connected(program, ClientTrial.IPV4, ClientTrial.PORT));
        Request request = trial.request(control);
        check(
                request.command().equals(Command.UDP_ASSOCIATE),
                "expected the command UDP ASSOCIATE, but " + request.command() + " came");
        return new Association(trial, control, request, datagrams(trial, "relay"));
    }

    /** Goes on until the program has sent its datagram. */
    static Association sent(ClientTrial trial) throws IOException, Violation, InterruptedException {
        Association association = requested(trial);
        association.established();
        return association;
    }

    static DatagramWire datagrams(ClientTrial trial, String name) throws IOException {
        return trial.closing(new DatagramWire(
                name, new InetSocketAddress(ClientTrial.loopback(), 0), trial.transcript(), trial.patience()));
    }

    /** Says where the relay is. */
    Association established() throws IOException, Violation {
        control.send(Reply.success(Endpoint.of(relay.localAddress())));
        return this;
    }

    /** Receives the program's datagram. */
    Datagram datagram() throws IOException, Violation {
        return relay.receive(Label.DATAGRAM, "a datagram at the address in the reply");
    }

    /** Returns the header of a datagram. */
    static UdpHeader header(Datagram datagram) throws Violation {
        try {
            return UdpHeader.decode(ByteBuffer.wrap(datagram.bytes()))
                    .orElseThrow(() -> new Violation(
                            "expected a whole header in the datagram, but " + Hex.shown(datagram.bytes()) + " came"));
        } catch (MalformedMessageException e) {
            throw new Violation("expected a header in the datagram, but " + Hex.shown(datagram.bytes())
                    + " came, which has none: " + e.getMessage());
        }
    }

    /** Sends an answer with a header before it. */
    void answer(DatagramWire from, InetSocketAddress to, UdpHeader header, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        ByteBuffer out = ByteBuffer.allocate(header.encodedLength() + bytes.length);
        header.encode(out);
        from.send(Label.DATAGRAM, to, out.put(bytes).array());
    }

    /** Sends the answer that the program has to print, and sees to it that it does. */
    void answered(InetSocketAddress to) throws IOException, Violation, InterruptedException {
        answer(relay, to, UdpHeader.of(DESTINATION), trial.page().token());
        if (!trial.prints(trial.page().token())) {
            throw new Violation("the answer from the relay was not printed: the program " + trial.state());
        }
    }

    /**
     * Sends something first that the program has to leave alone, and then the answer.
     *
     * @param what that is, for the message
     */
    void answeredAfter(String what, InetSocketAddress to, Forgery forgery)
            throws IOException, Violation, InterruptedException {
        String forged = "forged" + trial.page().token();
        forgery.send(forged.substring(0, forged.length() - 1));
        trial.pause();
        answer(relay, to, UdpHeader.of(DESTINATION), trial.page().token());
        boolean printed = trial.prints(trial.page().token());
        check(!trial.run().output().contains("forged"), what + " was taken for the answer");
        if (!printed) {
            throw new Violation(
                    "after " + what + " the answer from the relay was not printed: the program " + trial.state());
        }
    }

    /** Sends a datagram that is not the answer. */
    @FunctionalInterface
    interface Forgery {
        /** Sends one with a text that must not be printed. */
        void send(String text) throws IOException;
    }
}
