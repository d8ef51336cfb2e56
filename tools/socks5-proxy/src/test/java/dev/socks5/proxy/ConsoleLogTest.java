package dev.socks5.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Request;
import dev.socks5.server.ClientAddress;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5ServerListener;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code --verbose}. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ConsoleLogTest {

    /** Without it nothing would say what a client waits for. */
    @Test
    void saysWhatIsAskedFor() {
        List<String> lines = new ArrayList<>();
        SessionInfo session = new SessionInfo(
                7,
                ClientAddress.of(new InetSocketAddress("127.0.0.1", 4000)),
                null,
                new Request(Command.CONNECT, Endpoint.of("slow.example", 443)));
        new ConsoleLog(lines::add).requested(session);
        assertThat(lines).containsExactly(session + " requested");
    }

    /** Without it nothing would say where an association, or a BIND that waits, is. */
    @Test
    void saysWhereItListens() {
        List<String> lines = new ArrayList<>();
        SessionInfo session = new SessionInfo(
                7,
                ClientAddress.of(new InetSocketAddress("127.0.0.1", 4000)),
                null,
                new Request(Command.UDP_ASSOCIATE, Endpoint.UNSPECIFIED));
        new ConsoleLog(lines::add).listening(session, new InetSocketAddress("127.0.0.1", 5000));
        assertThat(lines).containsExactly(session + " listening on 127.0.0.1:5000");
    }

    @Test
    void namesLocalClientsAndUpstreams() {
        List<String> lines = new ArrayList<>();
        SessionInfo session = new SessionInfo(7, new ClientAddress.Unix("alice"), null, null);
        ConsoleLog log = new ConsoleLog(lines::add);
        log.rejected(session.client(), Socks5ServerListener.Rejection.TOO_MANY_FROM_CLIENT);
        log.connected(session, UnixDomainSocketAddress.of("/run/a\u001bb.sock"), Duration.ofMillis(2));
        assertThat(lines)
                .containsExactly(
                        "rejected unix:alice: TOO_MANY_FROM_CLIENT",
                        "#7 from unix:alice connected to \"unix:/run/a\\u001bb.sock\" in 2 ms");
    }

    /** A mechanism's message may name what the client has said. */
    @Test
    void saysWhyALoginFailedInOneLine() {
        List<String> lines = new ArrayList<>();
        SessionInfo session =
                new SessionInfo(7, ClientAddress.of(new InetSocketAddress("127.0.0.1", 4000)), null, null);
        new ConsoleLog(lines::add).loginFailed(session, "no user is known by the name a\r\n8 accepted\u001b[2J");
        assertThat(lines)
                .containsExactly(session
                        + " failed to log in: \"no user is known by the name a\\u000d\\u000a8 accepted\\u001b[2J\"");
    }
}
