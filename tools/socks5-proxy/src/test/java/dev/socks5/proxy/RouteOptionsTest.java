package dev.socks5.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.client.Socks5Client;
import dev.socks5.codec.Endpoint;
import dev.socks5.junit.Socks5ProxyExtension;
import dev.socks5.server.Socks5Server;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code --upstream} and {@code --egress}: which way it goes from there. */
@Timeout(60)
class RouteOptionsTest {

    private static final int PATIENCE_MILLIS = 10_000;

    @RegisterExtension
    static final Socks5ProxyExtension first = hop("first");

    @RegisterExtension
    static final Socks5ProxyExtension second = hop("second");

    private ServerSocket origin;

    @BeforeEach
    void start() throws IOException {
        origin = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
        origin.setSoTimeout(PATIENCE_MILLIS);
    }

    @AfterEach
    void stop() throws IOException {
        origin.close();
    }

    private static Socks5ProxyExtension hop(String name) {
        return Socks5ProxyExtension.create(proxy -> proxy.login(name, "p@ss:/" + name));
    }

    private static String uri(Socks5ProxyExtension hop, String name) {
        return "socks5://" + name + ":p%40ss%3A%2F" + name + "@" + Endpoint.of(hop.address());
    }

    /** Connects through a server with these options, and says from where the origin sees it. */
    private InetAddress seenFrom(String host, String... options) throws IOException {
        CommandLine commandLine = ServerCommand.commandLine();
        commandLine.setOut(new PrintWriter(new StringWriter()));
        commandLine.parseArgs(new CommandText(commandLine.getCommandSpec(), "UTF-8").expand(options));
        ServerCommand command = commandLine.getCommand();
        try (Socks5Server server = command.start();
                Socket socket = Socks5Client.builder()
                        .proxy(server.localAddresses().get(0))
                        .build()
                        .connect(host, origin.getLocalPort());
                Socket behind = origin.accept()) {
            socket.getOutputStream().write('.');
            assertThat(behind.getInputStream().read()).isEqualTo('.');
            return behind.getInetAddress();
        }
    }

    @Test
    void upstreamsAreAChainInTheOrderGiven() throws IOException {
        second.resolve("only.upstream.test", origin.getInetAddress());
        seenFrom(
                "only.upstream.test",
                "--listen=127.0.0.1:0",
                "--upstream",
                uri(first, "first"),
                "--upstream",
                uri(second, "second"));
        first.requireProxied("127.0.0.1", second.address().getPort());
        second.requireProxied("only.upstream.test", origin.getLocalPort());
    }

    @Test
    void theyMayStandInAFileOfOptions(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("options"), "--upstream " + uri(first, "first") + "\n");
        seenFrom("127.0.0.1", "--listen=127.0.0.1:0", "@" + file);
        first.requireProxied("127.0.0.1", origin.getLocalPort());
        assertThat(second.requests()).isEmpty();
    }

    @Test
    void egress() throws IOException {
        assertThat(seenFrom("127.0.0.1", "--listen=127.0.0.1:0", "--egress=127.0.0.5", "--egress=::1")
                        .getHostAddress())
                .isEqualTo("127.0.0.5");
        assertThat(first.requests()).isEmpty();
    }
}
