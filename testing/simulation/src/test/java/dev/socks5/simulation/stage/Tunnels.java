package dev.socks5.simulation.stage;

import dev.socks5.codec.Endpoint;
import dev.socks5.server.Connector;
import dev.socks5.server.Route;
import dev.socks5.server.Socks5ServerBuilder;
import dev.socks5.server.Upstream;
import java.net.InetSocketAddress;
import java.util.function.UnaryOperator;

/** The ways to a tunnel. What holds for one of them holds for the others. */
enum Tunnels {
    DIRECT {
        @Override
        Ends open(Stage stage, UnaryOperator<Socks5ServerBuilder> settings) {
            Origin origin = stage.origin();
            stage.serve(settings);
            Program client = stage.asks(1, origin.address());
            client.hearsSuccess();
            return new Ends(client, origin.takes());
        }
    },
    UPSTREAM {
        @Override
        Ends open(Stage stage, UnaryOperator<Socks5ServerBuilder> settings) {
            Origin proxy = stage.origin(stage.far(9));
            stage.serve(builder -> settings.apply(builder.connector(through(proxy.address()))));
            Program client = stage.asks(1, Setting.name("origin.example", 80));
            Program upstream = proxy.takes().hears(Stage.GREETING).says(Stage.ANONYMOUS);
            upstream.hears("05 01 00 " + Setting.name("origin.example", 80)).says("05 00 00 01 00 00 00 00 00 00");
            client.hearsSuccess();
            return new Ends(client, upstream);
        }
    },
    BIND {
        @Override
        Ends open(Stage stage, UnaryOperator<Socks5ServerBuilder> settings) {
            stage.serve(settings);
            InetSocketAddress peer = stage.far(1);
            Program client = stage.asks(2, peer);
            InetSocketAddress bound = client.hearsSuccess();
            Program far = stage.connect(peer, bound);
            far.connected();
            client.hearsSuccess();
            return new Ends(client, far);
        }
    };

    /** Which of the two does something first. */
    enum Side {
        CLIENT,
        FAR
    }

    /** The two ends of a tunnel. */
    record Ends(Program client, Program far) {

        Program of(Side side) {
            return side == Side.CLIENT ? client : far;
        }

        Program other(Side side) {
            return side == Side.CLIENT ? far : client;
        }
    }

    static Connector through(InetSocketAddress upstream) {
        return Connector.always(Route.through(new Upstream(Endpoint.of(upstream), null)));
    }

    /** Opens a tunnel through a server that it starts. */
    abstract Ends open(Stage stage, UnaryOperator<Socks5ServerBuilder> settings);
}
