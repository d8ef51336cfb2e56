package dev.socks5.benchmarks.trips;

import dev.socks5.client.Socks5Client;
import dev.socks5.client.Socks5ClientBuilder;
import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Our client, with settings of its builder.
 *
 * @param name its row in the table
 * @param settings those of each proxy's client
 * @param together whether the request goes out with the connect, as first bytes of the tunnel
 * @param routes those for which the settings mean something
 */
record OurClient(String name, UnaryOperator<Socks5ClientBuilder> settings, boolean together, Predicate<Route> routes)
        implements Client {

    /** Every way in which it can go. */
    static List<Client> all() {
        return List.of(
                new OurClient("ours", UnaryOperator.identity(), false, route -> true),
                new OurClient("ours, sendAhead", Socks5ClientBuilder::sendAhead, false, route -> true),
                new OurClient("ours, sendLoginAhead", Socks5ClientBuilder::sendLoginAhead, false, Route::login),
                new OurClient(
                        "ours, sendAhead, first bytes", Socks5ClientBuilder::sendAhead, true, route -> !route.login()),
                new OurClient(
                        "ours, sendLoginAhead, first bytes", Socks5ClientBuilder::sendLoginAhead, true, Route::login));
    }

    @Override
    public boolean isMeant(Route route) {
        return routes.test(route);
    }

    @Override
    public long nanos(Route route) throws IOException {
        Socks5Client client = route.proxies().stream()
                .map(proxy -> client(proxy, route.login()))
                .reduce((earlier, next) -> next.through(earlier))
                .orElseThrow();
        Endpoint origin = Endpoint.of(route.origin());
        ByteBuffer request = ByteBuffer.wrap(Origin.request());
        long start = System.nanoTime();
        try (Socket tunnel = together ? client.connect(origin, request) : client.connect(origin)) {
            if (together) {
                Origin.awaitAnswer(tunnel);
            } else {
                Origin.talk(tunnel);
            }
            return System.nanoTime() - start;
        }
    }

    private Socks5Client client(InetSocketAddress proxy, boolean login) {
        Socks5ClientBuilder builder = Socks5Client.builder().proxy(proxy).connectTimeout(PATIENCE);
        if (login) {
            builder.credentials(Route.USER, Route.PASSWORD);
        }
        return settings.apply(builder).build();
    }
}
