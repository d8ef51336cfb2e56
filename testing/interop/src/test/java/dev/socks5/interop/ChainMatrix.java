package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.server.Connector;
import dev.socks5.server.Route;
import dev.socks5.server.Upstream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Our client through our server, somebody else's, our server again, and to the origin. */
abstract class ChainMatrix implements ClientMatrix {

    private OurServer front;
    private OurServer behind;

    /** The one in the middle. */
    abstract Upstream middle();

    @BeforeAll
    void start() throws IOException {
        behind = OurServer.withLogin();
        Upstream last =
                Upstream.parse("socks5://" + OurServer.USER + ":" + OurServer.PASSWORD + "@" + behind.hostAndPort());
        front = OurServer.with(settings -> settings.resolver(name -> {
                    throw new AssertionError("looked up at the wrong end: " + name);
                })
                .connector(Connector.always(Route.through(middle(), last))));
    }

    @AfterAll
    void stop() {
        front.close();
        behind.close();
    }

    @Override
    public InetSocketAddress proxy() {
        return front.address();
    }

    @Test
    void theNameGoesToTheLast() throws IOException {
        try (Origin origin = Origin.echo();
                Socket socket = client().build().connect(OurServer.NAME, origin.port())) {
            socket.setSoTimeout((int) TIMEOUT.toMillis());
            talk(socket);
            assertThat(behind.destinations()).contains(Endpoint.of(OurServer.NAME, origin.port()));
        }
    }

    @Test
    void whatTheLastRepliesIsWhatTheClientIsTold() throws IOException {
        try (Socket refusing = Loopback.refusing()) {
            assertThatExceptionOfType(RequestRejectedException.class)
                    .isThrownBy(() -> client().build().connect("127.0.0.1", refusing.getLocalPort()))
                    .satisfies(e -> assertThat(e.reply().code()).isEqualTo(ReplyCode.CONNECTION_REFUSED));
        }
    }
}
