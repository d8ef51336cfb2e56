package dev.socks5.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.client.Socks5Client;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.RequestRejectedException;
import dev.socks5.server.Socks5Server;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** What programs are told of a server by {@code --status-listen}. */
@Timeout(60)
class StatusServerTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine commandLine =
            ServerCommand.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    private final ServerCommand command = commandLine.getCommand();

    private Socks5Server start(String... options) throws IOException {
        commandLine.parseArgs(options);
        return command.start();
    }

    private Socks5Server start() throws IOException {
        return start("--listen", "127.0.0.1:0", "--status-listen", "127.0.0.1:0");
    }

    private URI status() {
        return URI.create(out.toString()
                .lines()
                .filter(line -> line.startsWith("Status on "))
                .findFirst()
                .orElseThrow()
                .substring("Status on ".length()));
    }

    private HttpURLConnection ask(String method, String path) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) status().resolve(path).toURL().openConnection();
        connection.setRequestMethod(method);
        return connection;
    }

    private String get(String path) throws IOException {
        return new String(ask("GET", path).getInputStream().readAllBytes(), US_ASCII);
    }

    /** Without a connection that is left: there are not many. */
    private int statusOf(String path) throws IOException {
        HttpURLConnection connection = ask("GET", path);
        try {
            return connection.getResponseCode();
        } finally {
            connection.disconnect();
        }
    }

    @Test
    void tellsOfAServerFromItsStartToItsEnd() throws Exception {
        Socks5Server server = start();
        assertThat(get("/healthz")).isEqualTo("ok\n");
        assertThat(status().getPath()).as("what is told").isEqualTo("/readyz");
        assertThat(get("/readyz")).isEqualTo("ready\n");
        try (ServerSocket origin = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
                Socket client = Socks5Client.builder()
                        .proxy(server.localAddresses().get(0))
                        .build()
                        .connect("127.0.0.1", origin.getLocalPort());
                Socket behind = origin.accept()) {
            Thread ending = new Thread(() -> command.stop(server));
            ending.start();
            while (statusOf("/readyz") == 200) {
                Thread.onSpinWait(); // The first thing that a server does when it ends.
            }
            HttpURLConnection notReady = ask("GET", "/readyz");
            assertThat(notReady.getResponseCode()).isEqualTo(503);
            assertThat(new String(notReady.getErrorStream().readAllBytes(), US_ASCII))
                    .isEqualTo("shutting down\n");
            assertThat(get("/healthz")).isEqualTo("ok\n");
            assertThat(get("/metrics").lines())
                    .contains("socks5_server_connections 1.0", "socks5_server_connections_accepted_total 1.0")
                    .anyMatch(line -> line.startsWith("process_files_open_files "))
                    .anyMatch(line -> line.startsWith("jvm_memory_used_bytes{"));
            client.close();
            behind.close();
            ending.join();
        }
        assertThatThrownBy(() -> get("/healthz")).isInstanceOf(ConnectException.class);
    }

    @Test
    void takesQuestionsAlone() throws Exception {
        try (Socks5Server server = start()) {
            assertThat(ask("GET", "/metrics").getContentType()).startsWith("text/plain; version=0.0.4");
            HttpURLConnection head = ask("HEAD", "/metrics");
            assertThat(head.getContentLength()).isPositive();
            assertThat(head.getInputStream().readAllBytes()).isEmpty();
            HttpURLConnection post = ask("POST", "/healthz");
            assertThat(post.getResponseCode()).isEqualTo(405);
            assertThat(post.getHeaderField("Allow")).isEqualTo("GET, HEAD");
            assertThat(ask("GET", "/").getResponseCode()).isEqualTo(404);
        } finally {
            command.stop(Socks5Server.builder().listen("127.0.0.1", 0).start());
        }
    }

    private List<SocketChannel> connectSlowly() throws IOException {
        List<SocketChannel> slow = new ArrayList<>();
        InetSocketAddress address = new InetSocketAddress(status().getHost(), status().getPort());
        for (int i = 0; i < StatusServer.CONNECTIONS; i++) {
            slow.add(SocketChannel.open(address));
            slow.get(i).write(US_ASCII.encode("GET /heal"));
        }
        return slow;
    }

    private static void closeAll(List<SocketChannel> channels) throws IOException {
        for (SocketChannel channel : channels) {
            channel.close();
        }
    }

    /** Returns whether it is closed while all that came before are open. */
    private boolean oneMoreIsClosed() throws IOException {
        List<SocketChannel> slow = connectSlowly();
        try (Socket surplus = new Socket(status().getHost(), status().getPort())) {
            assertThat(surplus.getInputStream().read()).isEqualTo(-1);
            int open = 0;
            for (SocketChannel channel : slow) {
                channel.configureBlocking(false);
                open += channel.read(ByteBuffer.allocate(1)) == 0 ? 1 : 0;
            }
            return open == StatusServer.CONNECTIONS;
        } catch (IOException e) {
            return false; // Reset, not ended: it was cut for being slow.
        } finally {
            closeAll(slow);
        }
    }

    @Test
    void closesAtOnceWhatItCannotServe() throws Exception {
        Socks5Server server = start();
        try {
            boolean seen = oneMoreIsClosed();
            while (!seen) {
                seen = oneMoreIsClosed(); // On a machine that stood still, the slow ones were cut before that.
            }
            assertThat(seen).isTrue();
        } finally {
            command.stop(server);
        }
    }

    /** As many as it serves at once never say all of what they want. */
    @Test
    void slowClientsDoNotStayInTheWay() throws Exception {
        Socks5Server server = start();
        List<SocketChannel> slow = connectSlowly();
        try {
            String answer = null;
            while (answer == null) {
                try {
                    answer = get("/healthz");
                } catch (IOException e) {
                    // Closed at once: there are too many, until the slow ones are cut.
                }
            }
            assertThat(answer).isEqualTo("ok\n");
            try (Socket proxied = new Socket()) {
                proxied.connect(server.localAddresses().get(0)); // They are none of its clients.
                proxied.getOutputStream().write(new byte[] {5, 1, 0});
                assertThat(proxied.getInputStream().readNBytes(2)).containsExactly(5, 0);
            }
        } finally {
            closeAll(slow);
            command.stop(server);
        }
    }

    /** They could reach other things on loopback, and any rule of the operator lets them. */
    @ParameterizedTest
    @CsvSource({"127.0.0.1, 127.0.0.1", "0.0.0.0, 127.0.0.9", "0.0.0.0, ::1"})
    void clientsDoNotGetThere(String status, String destination) throws Exception {
        String address = status + ":0";
        try (Socks5Server server = start("--listen", "127.0.0.1:0", "--status-listen", address, "--allow", "*");
                ServerSocket other = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
            Socks5Client client =
                    Socks5Client.builder().proxy(server.localAddresses().get(0)).build();
            assertThatThrownBy(() -> client.connect(destination, status().getPort()))
                    .isInstanceOfSatisfying(
                            RequestRejectedException.class,
                            e -> assertThat(e.reply().code()).isEqualTo(ReplyCode.NOT_ALLOWED));
            client.connect("127.0.0.1", other.getLocalPort()).close();
        } finally {
            command.stop(Socks5Server.builder().listen("127.0.0.1", 0).start());
        }
    }

    @Test
    void theLastAddressCounts() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
            String first = "127.0.0.1:" + taken.getLocalPort();
            Socks5Server server =
                    start("--listen", "127.0.0.1:0", "--status-listen", first, "--status-listen", "127.0.0.1:0");
            assertThat(get("/readyz")).isEqualTo("ready\n");
            command.stop(server);
            int status = ServerCommand.run(
                    commandLine,
                    "UTF-8",
                    "--listen",
                    "127.0.0.1:0",
                    "--status-listen",
                    "127.0.0.1:0",
                    "--status-listen",
                    first);
            assertThat(status).isEqualTo(1);
            assertThat(err.toString()).startsWith("socks5-server: --status-listen: cannot listen on " + first);
        }
    }

    @Test
    void itEndsWithAServerThatCannotStart() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
            int port;
            try (ServerSocket free = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
                port = free.getLocalPort();
            }
            assertThatThrownBy(() -> start(
                            "--listen", "127.0.0.1:" + taken.getLocalPort(), "--status-listen", "127.0.0.1:" + port))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> new Socket("127.0.0.1", port)).isInstanceOf(ConnectException.class);
        }
    }
}
