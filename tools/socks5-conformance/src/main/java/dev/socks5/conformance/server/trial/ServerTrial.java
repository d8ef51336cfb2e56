package dev.socks5.conformance.server.trial;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Greeting;
import dev.socks5.codec.MethodSelection;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.codec.PasswordResponse;
import dev.socks5.codec.Reply;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.Request;
import dev.socks5.conformance.origin.Origin;
import dev.socks5.conformance.suite.DatagramWire;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.NotOffered;
import dev.socks5.conformance.suite.Patience;
import dev.socks5.conformance.suite.Transcript;
import dev.socks5.conformance.suite.Trial;
import dev.socks5.conformance.suite.Violation;
import dev.socks5.conformance.suite.Wire;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a case against a server works with: connections to it, and destinations behind it. Its end closes them. */
public final class ServerTrial extends Trial {

    private final ServerUnderTest server;

    /** Begins a trial. */
    public ServerTrial(ServerUnderTest server, Transcript transcript, Patience patience) {
        super(transcript, patience);
        this.server = server;
    }

    /** Returns what the suite was told. */
    public ServerUnderTest server() {
        return server;
    }

    /**
     * Connects to the server.
     *
     * @throws Violation if it does not accept
     */
    public Wire open() throws IOException, Violation {
        return open(null);
    }

    /** Connects to the server from an address of this machine, or from any if that is {@code null}. */
    public Wire open(@Nullable InetAddress from) throws IOException, Violation {
        SocketChannel channel = SocketChannel.open();
        try {
            if (from != null) {
                channel.bind(new InetSocketAddress(from, 0));
            }
            channel.socket().connect(server.address(), (int) patience().answer().toMillis());
        } catch (IOException e) {
            channel.close();
            throw new Violation("the server does not accept a connection: " + e.getMessage());
        }
        return closing(new Wire("proxy", channel, transcript(), patience()));
    }

    /** Connects, and goes through the method that the server takes: a login if one was given, none otherwise. */
    public Wire negotiated() throws IOException, Violation {
        return negotiated(open());
    }

    /** Goes through the method that the server takes, over a connection on which nothing was sent yet. */
    public Wire negotiated(Wire wire) throws IOException, Violation {
        PasswordRequest login = server.login();
        AuthMethod method = login == null ? AuthMethod.NO_AUTHENTICATION : AuthMethod.USERNAME_PASSWORD;
        wire.send(Greeting.of(method));
        MethodSelection selection = selection(wire);
        check(
                selection.method().equals(method),
                "expected method " + method + ", which was offered alone, but " + selection.method() + " was selected"
                        + (login == null ? " (is a login needed, by --login?)" : ""));
        if (login != null) {
            wire.send(login);
            PasswordResponse answer = loginAnswer(wire);
            check(answer.equals(PasswordResponse.SUCCESS), "the login that was given is refused: " + answer);
        }
        return wire;
    }

    /** Negotiates, and sends a request. */
    public Wire requested(Request request) throws IOException, Violation {
        return negotiated().send(request);
    }

    /** Makes a tunnel: negotiates, requests CONNECT and takes the reply. */
    public Wire tunnel(Endpoint destination) throws IOException, Violation {
        Wire wire = requested(Request.connect(destination));
        success(wire);
        return wire;
    }

    /** Receives the selection of a method. */
    public MethodSelection selection(Wire wire) throws IOException, Violation {
        return wire.receive(Label.SELECTION, "the selection of a method", MethodSelection::decode);
    }

    /** Receives the answer to a login. */
    public PasswordResponse loginAnswer(Wire wire) throws IOException, Violation {
        return wire.receive(Label.LOGIN_ANSWER, "the answer to the login", PasswordResponse::decode);
    }

    /** Receives a reply. */
    public Reply reply(Wire wire) throws IOException, Violation {
        return wire.receive(Label.REPLY, "a reply", Reply::decode);
    }

    /** Receives a reply that says success. */
    public Reply success(Wire wire) throws IOException, Violation {
        Reply reply = reply(wire);
        check(reply.succeeded(), "expected a reply that says success, but it says " + reply.code());
        return reply;
    }

    /** Receives a reply that says any failure. */
    public ReplyCode failure(Wire wire) throws IOException, Violation {
        Reply reply = reply(wire);
        check(!reply.succeeded(), "expected a reply that says failure, but it says success");
        return reply.code();
    }

    /** Listens for connections, on an IPv4 address that the server can reach. */
    public Origin origin() throws IOException {
        return closing(new Origin(server.origin(), transcript(), patience()));
    }

    /** Listens for connections, on an IPv6 address; for cases that need it. */
    public Origin ipv6Origin() throws IOException {
        return closing(new Origin(Objects.requireNonNull(server.ipv6Origin()), transcript(), patience()));
    }

    /** Accepts a connection at a destination, and closes it at the end. */
    public Wire accept(Origin origin) throws IOException, Violation {
        return closing(origin.accept());
    }

    /** Returns a destination that refuses connections until the end of the trial. */
    public Endpoint refusing() throws IOException {
        // A port that is taken and on which nobody listens: no other program can come to listen there.
        Socket taken = closing(new Socket());
        taken.bind(new InetSocketAddress(server.origin(), 0));
        return Endpoint.of((InetSocketAddress) taken.getLocalSocketAddress());
    }

    /** Opens a UDP socket that is a destination. */
    public DatagramWire datagramOrigin() throws IOException {
        return datagrams("origin", server.origin());
    }

    /** Opens a UDP socket from which a client sends: on the address from which it speaks to the server. */
    public DatagramWire datagramClient(Wire control) throws IOException {
        return datagrams("client", control.localAddress().getAddress());
    }

    /**
     * Returns another address of this machine: 127.0.0.2.
     *
     * @throws NotOffered if it is none, or a server elsewhere would not see it
     */
    public InetAddress elsewhere() throws IOException, NotOffered {
        InetAddress address = InetAddress.getByAddress(new byte[] {127, 0, 0, 2});
        if (!server.origin().isLoopbackAddress()
                || !server.address().getAddress().isLoopbackAddress()) {
            throw new NotOffered(
                    "needs a second address of the suite, which there is only if the server is on this machine");
        }
        try (ServerSocket listener = new ServerSocket(0, 1, address)) {
            return listener.getInetAddress();
        } catch (BindException e) {
            throw new NotOffered("needs 127.0.0.2 as a second address, which this machine does not have");
        }
    }

    private DatagramWire datagrams(String name, InetAddress address) throws IOException {
        return closing(new DatagramWire(name, new InetSocketAddress(address, 0), transcript(), patience()));
    }
}
