package dev.socks5.server;

import dev.socks5.codec.Address;
import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.EndpointPattern;
import java.security.Principal;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Matches requests by conditions on the destination, the user, the client's address and the command. Conditions of one
 * kind are alternatives; the four kinds must all hold; a kind without conditions matches anything.
 *
 * <pre>{@code
 * RequestPattern.any().destination("10.0.0.0/8:443").user("guest").command(Command.CONNECT)
 * RequestPattern.parse("10.0.0.0/8:443 user=guest command=connect")
 * }</pre>
 *
 * <p>As text, a pattern is a list of conditions in any order, with blanks between them:
 *
 * <table>
 *   <caption>Conditions</caption>
 *   <tr><th>text</th><th>matches</th></tr>
 *   <tr><td>an {@link EndpointPattern}</td>
 *       <td>destinations: names, and addresses as given or as found for a name</td></tr>
 *   <tr><td>{@code user=guest}, {@code user="John Doe"}</td>
 *       <td>a user of exactly this name; nobody who has not logged in.
 *       In quotes if it has blanks, quotes or backslashes, the latter two with a backslash before each</td></tr>
 *   <tr><td>{@code client=192.168.0.0/16}</td>
 *       <td>clients with such an address: a pattern of addresses, without ports</td></tr>
 *   <tr><td>{@code client=unix:alice}, {@code client=unix}</td>
 *       <td>clients that come through a Unix domain socket, of this user or of any; in quotes as above</td></tr>
 *   <tr><td>{@code command=bind}</td><td>{@code connect}, {@code bind}, {@code udp-associate}, {@code resolve},
 *       {@code resolve-ptr}, or the octet as {@code 0x42}</td></tr>
 *   <tr><td>{@code *}</td><td>every destination: a rule has to say something</td></tr>
 * </table>
 *
 * <p>Immutable. Two patterns are equal if they print the same text.
 */
public final class RequestPattern {

    /** Tells whether a request matches, as far as that is known. */
    enum Answer {
        NO,
        /** It depends on an address that is not known yet. */
        LATER,
        YES
    }

    private static final String EVERYWHERE = "*";
    private static final RequestPattern ANY = new RequestPattern(List.of(), List.of(), List.of(), List.of());

    private final List<EndpointPattern> destinations;
    private final List<String> users;
    private final List<RequestPatternText.Clients> clients;
    private final List<Command> commands;
    private final boolean everywhere;

    private RequestPattern(
            List<EndpointPattern> destinations,
            List<String> users,
            List<RequestPatternText.Clients> clients,
            List<Command> commands) {
        this.destinations = destinations;
        this.users = users;
        this.clients = clients;
        this.commands = commands;
        this.everywhere = destinations.isEmpty()
                || destinations.stream().anyMatch(pattern -> pattern.toString().equals(EVERYWHERE));
    }

    /**
     * Creates a pattern without conditions.
     *
     * @return a pattern that matches every request; {@code *} as text
     */
    public static RequestPattern any() {
        return ANY;
    }

    /**
     * Reads conditions.
     *
     * @param text conditions as above; not empty
     * @return the pattern
     * @throws IllegalArgumentException if the text is something else
     */
    public static RequestPattern parse(String text) {
        return RequestPatternText.parse(text);
    }

    /**
     * Adds destinations.
     *
     * @param pattern names or addresses, with ports or without
     * @return a pattern with this alternative
     */
    public RequestPattern destination(EndpointPattern pattern) {
        return new RequestPattern(with(destinations, pattern), users, clients, commands);
    }

    /**
     * Adds destinations.
     *
     * @param pattern a text that {@link EndpointPattern#parse(String)} reads
     * @return a pattern with this alternative
     * @throws IllegalArgumentException if it is no pattern
     */
    public RequestPattern destination(String pattern) {
        return destination(EndpointPattern.parse(pattern));
    }

    /**
     * Adds a user.
     *
     * @param name the {@link java.security.Principal#getName()} of the user whom the {@link PasswordAuthenticator}
     *     returns
     * @return a pattern with this alternative
     * @throws IllegalArgumentException if the name has control characters
     */
    public RequestPattern user(String name) {
        return new RequestPattern(destinations, with(users, RequestPatternText.userName(name)), clients, commands);
    }

    /**
     * Adds clients.
     *
     * @param pattern addresses, without ports. A block of IPv4 addresses has none of the IPv6 addresses that carry
     *     them, except IPv4-mapped ones: a client that comes from the one does not come from the other
     * @return a pattern with this alternative
     * @throws IllegalArgumentException if the pattern is of names or {@code *}, or has ports
     */
    public RequestPattern client(EndpointPattern pattern) {
        boolean everyPort = pattern.coversPort(0) && pattern.coversPort(Endpoint.MAX_PORT);
        if (!pattern.ofAddresses() || !everyPort) {
            throw new IllegalArgumentException("a client is an address or a block, without a port: " + pattern);
        }
        return client(new RequestPatternText.Clients(pattern, null));
    }

    private RequestPattern client(RequestPatternText.Clients pattern) {
        return new RequestPattern(destinations, users, with(clients, pattern), commands);
    }

    /**
     * Adds clients.
     *
     * @param pattern a text that {@link EndpointPattern#parse(String)} reads: addresses, without ports; or
     *     {@code unix:NAME} for clients that come through a Unix domain socket from processes of a user, or
     *     {@code unix} for all that come through one
     * @return a pattern with this alternative; see {@link #client(EndpointPattern)}
     * @throws IllegalArgumentException if it is none of these, or the user's name is empty or has control characters
     */
    public RequestPattern client(String pattern) {
        return RequestPatternText.localClients(pattern)
                .map(this::client)
                .orElseGet(() -> client(EndpointPattern.parse(pattern)));
    }

    /**
     * Adds a command.
     *
     * @param command the command that the client asks for
     * @return a pattern with this alternative
     */
    public RequestPattern command(Command command) {
        return new RequestPattern(destinations, users, clients, with(commands, command));
    }

    private static <T> List<T> with(List<T> list, T another) {
        return Stream.concat(list.stream(), Stream.of(another)).toList();
    }

    Answer test(AccessRequest request) {
        boolean fits = (commands.isEmpty() || commands.contains(request.command()))
                && (users.isEmpty() || isUser(request.user()))
                && (clients.isEmpty() || isClient(request.client()));
        return fits ? testDestination(request.destination(), request.resolved()) : Answer.NO;
    }

    private boolean isUser(@Nullable Principal user) {
        return user != null && users.contains(user.getName());
    }

    private boolean isClient(ClientAddress client) {
        if (client instanceof ClientAddress.Unix local) {
            return clients.stream().anyMatch(pattern -> pattern.test(local));
        }
        Endpoint address = new Endpoint(Address.of(client.ip().orElseThrow()), 0).unmapped();
        return clients.stream().anyMatch(pattern -> pattern.test(address));
    }

    private Answer testDestination(Endpoint destination, @Nullable Endpoint resolved) {
        if (everywhere) {
            return Answer.YES;
        }
        if (resolved == null && !destination.isName()) {
            return Answer.LATER; // An association by itself: each of its datagrams has a destination of its own.
        }
        boolean open = false;
        for (EndpointPattern pattern : destinations) {
            if (pattern.test(destination) || (resolved != null && pattern.test(resolved))) {
                return Answer.YES;
            }
            open |= resolved == null && pattern.ofAddresses() && pattern.coversPort(destination.port());
        }
        return open ? Answer.LATER : Answer.NO;
    }

    /**
     * Whether a condition here names the address that would be contacted. A name does not, nor does the lack of a
     * condition.
     */
    boolean namesAddress(@Nullable Endpoint resolved) {
        if (resolved == null) {
            return false;
        }
        for (EndpointPattern pattern : destinations) {
            if (pattern.ofAddresses() && pattern.test(resolved)) {
                return true;
            }
        }
        return false;
    }

    /** Compares patterns by their text. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RequestPattern match && toString().equals(match.toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    /** Writes the text that {@link #parse(String)} reads. */
    @Override
    public String toString() {
        String text = Stream.of(
                        destinations.stream().map(EndpointPattern::toString),
                        users.stream().map(RequestPatternText::user),
                        clients.stream().map(RequestPatternText::clients),
                        commands.stream().map(RequestPatternText::command))
                .flatMap(conditions -> conditions)
                .collect(Collectors.joining(" "));
        return text.isEmpty() ? EVERYWHERE : text;
    }
}
