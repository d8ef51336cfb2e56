package dev.socks5.junit;

import dev.socks5.client.Socks5Client;
import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import dev.socks5.junit.internal.wire.Script;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** What a test does with a proxy, whoever has started it. */
abstract sealed class ProxyControls permits Socks5TestProxy, Socks5ProxyExtension {

    /** Returns the proxy. */
    abstract Running running();

    /**
     * Returns the address of the proxy.
     *
     * @return a loopback address, and a port that the system has chosen
     */
    public InetSocketAddress address() {
        return running().wire.address();
    }

    /**
     * Returns the proxy for code that takes a {@link Proxy}: then the JDK itself speaks SOCKS5. A login is not part of
     * it: without {@link Socks5Client#authenticator}, the JDK sends the name of the operating system's user.
     *
     * @return a proxy of type {@link java.net.Proxy.Type#SOCKS}
     */
    public Proxy proxy() {
        return new Proxy(Proxy.Type.SOCKS, address());
    }

    /**
     * Sends everything to the proxy, in code that takes a {@link ProxySelector}: then the JDK itself speaks SOCKS5.
     *
     * @return a selector as {@link Socks5Client#proxySelector()} describes it
     */
    public ProxySelector proxySelector() {
        return running().client.proxySelector();
    }

    /**
     * Returns the proxy as configurations have it, with the login: {@code socks5h://alice:secret@127.0.0.1:40123}.
     *
     * @return a URI that leaves names to the proxy
     */
    public URI uri() {
        return running().uri();
    }

    /**
     * Returns a client of the proxy, with its login.
     *
     * @return the same client each time
     */
    public Socks5Client client() {
        return running().client;
    }

    /**
     * Tells the proxy of a name, which nobody else needs to know: code that looks the name up itself, and does not
     * leave it to the proxy, fails. The name stays known until the proxy is closed.
     *
     * @param name the name of a host, in ASCII; upper and lower case are the same
     * @param addresses its addresses, in order of preference; none at all for a name that exists and has no address
     * @throws IllegalArgumentException if no host can have this name
     */
    public void resolve(String name, InetAddress... addresses) {
        running().names.put(name, List.of(addresses));
    }

    /**
     * Has faults happen to the next connections: the first to the next one that is accepted, and so on. They come
     * behind those that are still to happen from earlier calls, and before {@link #always}.
     *
     * @param faults one for each connection; {@link Fault#none()} lets one pass
     * @throws IllegalStateException if a login is to be refused, and the proxy asks for none
     */
    public void next(Fault... faults) {
        List<Script> scripts = Stream.of(faults).map(this::possible).toList();
        running().scripts.next(scripts);
    }

    /**
     * Has a fault happen to every connection that is accepted from now on, and that {@link #next} has no fault for.
     *
     * @param fault the fault; {@link Fault#none()} for none any more
     * @throws IllegalStateException if a login is to be refused, and the proxy asks for none
     */
    public void always(Fault fault) {
        running().scripts.always(possible(fault));
    }

    private Script possible(Fault fault) {
        if (fault.script().refusesLogin() && running().login == null) {
            throw new IllegalStateException("there is no login to be refused: the proxy asks for none");
        }
        return fault.script();
    }

    /**
     * Returns all connections since the start, or since {@link #clear()}, in the order in which they were accepted:
     * also those that were refused, that made no request, or that did not speak SOCKS5.
     *
     * <p>Once a client has its answer from the proxy (a reply, the end of the connection, or a reset), the record of
     * that connection is complete here: a test needs to wait for nothing after a call that has connected or failed.
     * Only a client that gave up by itself, at its own time limit, may be here as
     * {@link RecordedRequest.Outcome#UNDER_WAY}. For code that connects in the background there is
     * {@link #awaitRequests}.
     *
     * @return an immutable list, as of now
     */
    public List<RecordedRequest> requests() {
        return running().log.requests();
    }

    /**
     * Waits until the outcomes of this number of connections are known.
     *
     * @param count how many
     * @param limit how long to wait
     * @return all connections, as {@link #requests()} does; at least so many
     * @throws AssertionError if there are fewer in this time
     * @throws InterruptedException if the thread is interrupted
     */
    public List<RecordedRequest> awaitRequests(int count, Duration limit) throws InterruptedException {
        if (!running().log.await(count, limit)) {
            throw failure("expected " + count + " answered requests within " + limit.toMillis() + " ms, and there are "
                    + running().log.known());
        }
        return requests();
    }

    /**
     * Requires that the proxy was asked for a destination, whatever it answered. The destination has to be the one that
     * the client wrote: if it wrote an address, it has looked the name up itself, and this fails.
     *
     * @param host a name or an IP address, as {@link Endpoint#of(String, int)} reads it; upper and lower case are the
     *     same
     * @param port 0 to 65535
     * @return the last of these requests
     * @throws AssertionError if it was not, with all connections that there were
     * @throws IllegalArgumentException if the host is neither address nor name, or the port out of range
     */
    public RecordedRequest requireProxied(String host, int port) {
        Endpoint wanted = canonical(Endpoint.of(host, port));
        return requests().stream()
                .filter(request -> {
                    Endpoint asked = request.destination();
                    return asked != null && canonical(asked).equals(wanted);
                })
                .reduce((first, last) -> last)
                .orElseThrow(() -> failure("the proxy was not asked for " + wanted + usualReason(wanted)));
    }

    private String usualReason(Endpoint wanted) {
        List<RecordedRequest> requests = requests();
        if (requests.isEmpty()) {
            return " (has the code gone direct? @NoDirectConnections finds where)";
        }
        boolean lookedUp = wanted.address() instanceof DomainName
                && requests.stream()
                        .map(RecordedRequest::destination)
                        .anyMatch(asked -> asked != null
                                && asked.port() == wanted.port()
                                && !(asked.address() instanceof DomainName));
        return lookedUp ? " (has the client looked the name up by itself?)" : "";
    }

    private static Endpoint canonical(Endpoint endpoint) {
        return endpoint.canonical().orElse(endpoint);
    }

    /**
     * Requires that nothing has gone past the proxy since the guard was switched on: at once, and not only at the end
     * of the test. It asks the guard of {@link NoDirectConnections}, which the test has to have.
     *
     * @throws AssertionError if something has gone direct, with the stack of each
     * @throws IllegalStateException if no guard is on
     */
    public void requireNothingDirect() {
        DirectConnections.requireNone();
    }

    /**
     * Requires that every fault has happened: a test in which one has not does not test what it says. A fault of
     * {@link #next} has to be met by a connection, and what was to be done to a connection has to have been done;
     * {@link #always} alone need not be met by anybody. A {@link Socks5ProxyExtension} calls this after each test that
     * has not failed.
     *
     * @throws AssertionError if one has not, with all connections that there were
     */
    public void requireFaultsMet() {
        List<Script> untaken = running().scripts.untaken();
        if (!untaken.isEmpty()) {
            throw failure("faults that no connection has met: " + untaken);
        }
        List<String> unmet = running().log.unmet();
        if (!unmet.isEmpty()) {
            throw failure("faults that did not happen: " + String.join("; ", unmet));
        }
    }

    private AssertionError failure(String what) {
        List<RecordedRequest> requests = requests();
        StringBuilder text = new StringBuilder(what).append(requests.isEmpty() ? "; no connections" : "; connections:");
        requests.forEach(
                request -> text.append(System.lineSeparator()).append("  ").append(request));
        return new AssertionError(text.toString());
    }

    /**
     * Forgets all records and faults, and closes the connections that a fault has stalled. Others go on, and names
     * stay known. A {@link Socks5ProxyExtension} calls this before each test.
     */
    public void clear() {
        running().scripts.clear();
        running().log.clear();
        running().wire.endStalled();
    }
}
