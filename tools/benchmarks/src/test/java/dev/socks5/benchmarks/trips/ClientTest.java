package dev.socks5.benchmarks.trips;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.server.AccessRules;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every client without a delay, through our server in this process. */
@Timeout(60)
class ClientTest {

    static List<Client> clients() {
        return RoundTripsCommand.clients();
    }

    @ParameterizedTest
    @MethodSource("clients")
    void getsTheAnswerOnEveryRouteThatItTakes(Client client) throws IOException {
        try (client;
                Origin origin = new Origin();
                Socks5Server open = server(false);
                Socks5Server guarded = server(true)) {
            int taken = 0;
            for (Route route : List.of(
                    route(open, 1, false, origin.address()),
                    route(open, 3, false, origin.address()),
                    route(guarded, 1, true, origin.address()),
                    route(guarded, 3, true, origin.address()))) {
                if (client.takes(route)) {
                    assertThat(client.nanos(route)).isPositive();
                    taken++;
                }
            }
            assertThat(taken).isGreaterThanOrEqualTo(2);
        }
    }

    /** None of them takes the proxy's own words for the origin's. */
    @ParameterizedTest
    @MethodSource("clients")
    void failsWhereTheOriginDoesNotAnswer(Client client) throws IOException {
        InetSocketAddress nobody = refusing();
        try (client;
                Socks5Server open = server(false);
                Socks5Server guarded = server(true)) {
            for (Route route : List.of(route(open, 1, false, nobody), route(guarded, 1, true, nobody))) {
                if (client.takes(route)) {
                    assertThatThrownBy(() -> client.nanos(route)).isInstanceOf(IOException.class);
                }
            }
        }
    }

    @Test
    void onlySomeChain() {
        List<Client> clients = clients();
        assertThat(clients)
                .filteredOn(client -> !client.chains())
                .extracting(Client::name)
                .first()
                .isEqualTo("JDK");
        assertThat(clients)
                .filteredOn(Client::chains)
                .extracting(Client::name)
                .first()
                .isEqualTo("ours");
        clients.forEach(Client::close);
    }

    private static InetSocketAddress refusing() throws IOException {
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return (InetSocketAddress) closed.getLocalSocketAddress();
        }
    }

    private static Route route(Socks5Server server, int times, boolean login, InetSocketAddress origin) {
        return new Route(Collections.nCopies(times, server.localAddresses().get(0)), login, origin);
    }

    private static Socks5Server server(boolean login) throws IOException {
        Socks5ServerBuilder builder = Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .accessRule(AccessRules.builder().allow("127.0.0.0/8").build());
        if (login) {
            builder.authenticator(PasswordAuthenticator.of(Map.of(Route.USER, Route.PASSWORD)));
        }
        return builder.start();
    }
}
