package dev.socks5.benchmarks.load;

import dev.socks5.codec.PasswordRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * Connects to the server. Whoever closes a connection first cannot use its two ends again for a minute (TIME_WAIT), and
 * from one address to one port there are no more than some 28,000 connections. To a server on 127.0.0.0/8 connections
 * therefore come from 64 addresses in turn, 127.1.0.1 to 127.1.0.64.
 */
final class Dialer {

    private static final int SOURCES = 64;

    private final InetSocketAddress server;
    private final @Nullable PasswordRequest login;
    private final boolean spread;
    private int dialled;

    Dialer(Target target) {
        server = target.address();
        login = target.login().map(Dialer::parse).orElse(null);
        byte[] octets = server.getAddress().getAddress();
        spread = octets.length == 4 && octets[0] == 127;
    }

    private static PasswordRequest parse(String login) {
        int colon = login.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("a login is USER:PASSWORD");
        }
        return PasswordRequest.of(login.substring(0, colon), login.substring(colon + 1));
    }

    /** The server's address, resolved. */
    InetSocketAddress server() {
        return server;
    }

    @Nullable
    PasswordRequest login() {
        return login;
    }

    /** A channel that does not block, and is or will be connected. For one thread. */
    SocketChannel dial() throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        if (spread) {
            byte last = (byte) (1 + dialled++ % SOURCES);
            channel.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 1, 0, last}), 0));
        }
        channel.connect(server);
        return channel;
    }
}
