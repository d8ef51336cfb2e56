package dev.socks5.conformance.client;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Greeting;
import dev.socks5.codec.Reply;
import dev.socks5.codec.Request;
import dev.socks5.conformance.origin.Origin;
import dev.socks5.conformance.suite.Feature;
import dev.socks5.conformance.suite.Hex;
import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Patience;
import dev.socks5.conformance.suite.Transcript;
import dev.socks5.conformance.suite.Trial;
import dev.socks5.conformance.suite.Violation;
import dev.socks5.conformance.suite.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a case against a client works with: the program under test, and the proxy that the suite plays. */
public final class ClientTrial extends Trial {

    /** A name that does not exist: whoever looks it up finds nothing. */
    static final String NAME = "conformance.invalid";

    /** An address of this machine without two like bytes. */
    static final String IPV4 = "127.83.5.9";

    /** An address for documentation without two like bytes. */
    static final String IPV6 = "2001:db8:102:304:506:708:90a:b0c";

    /** A port whose two bytes differ. */
    static final int PORT = 0x4861;

    private static final Duration GLANCE = Duration.ofMillis(50);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final ClientUnderTest client;
    private final Set<Feature> offered;
    private final Page page = new Page();
    private @Nullable Origin proxy;
    private Program.@Nullable Run run;
    private Program program;

    /**
     * Begins a trial.
     *
     * @param offered what the client offers
     */
    public ClientTrial(ClientUnderTest client, Set<Feature> offered, Transcript transcript, Patience patience) {
        super(transcript, patience);
        this.client = client;
        this.offered = Set.copyOf(offered);
        this.program = client.fetch();
    }

    /** Makes trials of a client. */
    public static Opener<ClientTrial> of(ClientUnderTest client, Set<Feature> offered, Patience patience) {
        return transcript -> new ClientTrial(client, offered, transcript, patience);
    }

    ClientUnderTest client() {
        return client;
    }

    /** Returns the page that the program is to fetch in this trial. */
    Page page() {
        return page;
    }

    /** Returns whether what the program prints is seen. */
    boolean watched() {
        return program.watched();
    }

    Program.Run run() {
        return Objects.requireNonNull(run);
    }

    /** Starts the program for the page at the usual host, and accepts its connection. */
    Wire connected() throws IOException, Violation, InterruptedException {
        return connected(client.fetch(), usualHost(), PORT);
    }

    /** Starts a program for a destination, and accepts its connection. */
    Wire connected(Program started, String host, int port) throws IOException, Violation, InterruptedException {
        Origin listener = closing(
                new Origin("program", new InetSocketAddress(loopback(), client.port()), transcript(), patience()));
        proxy = listener;
        start(started, listener.address(), host, port);
        return accept(listener);
    }

    /** Starts a program that is to use a proxy, whether there is one or not. */
    void start(Program started, InetSocketAddress at, String host, int port) throws IOException {
        Task task = new Task(at, host, port, page.path(), page.user(), page.password());
        transcript().note("suite", started.describe(task));
        program = started;
        run = closing(started.start(task));
    }

    private Wire accept(Origin listener) throws IOException, Violation, InterruptedException {
        long deadline = System.nanoTime() + start().toNanos();
        while (System.nanoTime() < deadline) {
            boolean ended = run().awaitEnd(Duration.ZERO);
            Wire wire = listener.poll(GLANCE);
            if (wire != null) {
                return closing(wire);
            }
            if (ended) {
                break;
            }
        }
        throw new Violation("expected a connection to the proxy, but none came: the program " + state());
    }

    /** Returns how long the suite waits for the program's first steps, while it may still be starting. */
    private Duration start() {
        return patience().answer().multipliedBy(program.slownessAtStart());
    }

    /** Returns the host of the page: a name if the program takes one. */
    String usualHost() {
        return offered.contains(Feature.NAMES) ? NAME : IPV4;
    }

    /** Returns the address that the suite plays the proxy on. */
    static InetAddress loopback() {
        try {
            return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Receives the greeting, which has at least one method. */
    Greeting greeting(Wire wire) throws IOException, Violation {
        Greeting greeting = wire.receive(Label.GREETING, "a greeting", Greeting::decode, start());
        check(!greeting.methods().isEmpty(), "expected 1 to 255 methods in the greeting, but NMETHODS is 0");
        return greeting;
    }

    /** Accepts the program's connection, and receives its greeting. */
    Wire greeted() throws IOException, Violation, InterruptedException {
        Wire wire = connected();
        greeting(wire);
        return wire;
    }

    /** Selects no authentication, which a program without a login has to offer. */
    Wire withoutLogin(Wire wire) throws IOException, Violation {
        Greeting greeting = greeting(wire);
        check(
                greeting.methods().contains(AuthMethod.NO_AUTHENTICATION),
                "expected method 00 among those offered, because the program has no login, but " + greeting.methods()
                        + " are");
        return wire.send(Label.SELECTION, Hex.bytes("05 00"));
    }

    /** Selects no authentication. */
    Wire negotiated() throws IOException, Violation, InterruptedException {
        return withoutLogin(connected());
    }

    /** Receives the request byte by byte. */
    byte[] requestBytes(Wire wire) throws IOException, Violation {
        return wire.receive(
                Label.REQUEST,
                "a request",
                in -> Request.decode(in).map(request -> {
                    byte[] bytes = new byte[in.position()];
                    in.rewind().get(bytes);
                    return bytes;
                }));
    }

    /** Receives the request. */
    Request request(Wire wire) throws IOException, Violation {
        return wire.receive(Label.REQUEST, "a request", Request::decode);
    }

    /** Takes the program's request. */
    Wire requested() throws IOException, Violation, InterruptedException {
        Wire wire = negotiated();
        request(wire);
        return wire;
    }

    /** Says that the tunnel is there. */
    Wire tunnelled(Wire wire) throws IOException, Violation {
        return wire.send(Reply.success(Endpoint.UNSPECIFIED));
    }

    /** Lets no further connection in: what the program tries again finds nobody. */
    void closeProxy() throws IOException {
        if (proxy != null) {
            proxy.close();
        }
    }

    /** Waits a moment, so that what was sent is a segment of its own. */
    void pause() throws InterruptedException {
        Thread.sleep(PAUSE.toMillis());
    }

    /** Sends bytes one by one; stops if the program has closed. */
    void sendSlowly(Wire wire, Label label, byte[] bytes) throws IOException, Violation, InterruptedException {
        for (byte one : bytes) {
            if (!wire.trySend(label, new byte[] {one})) {
                return;
            }
            pause();
        }
    }

    /** Returns whether the program prints something in time. */
    boolean prints(String text) throws InterruptedException {
        return run().output().await(text, patience().answer());
    }

    /** Returns how the program is, and what it says, for a message. */
    String state() throws InterruptedException {
        // Its output may have ended a moment before it.
        run().awaitEnd(patience().silence());
        String output = run().output().shown().replace(page.password(), "(password)");
        return run().state() + (output.isEmpty() ? "" : " and printed: " + output);
    }
}
