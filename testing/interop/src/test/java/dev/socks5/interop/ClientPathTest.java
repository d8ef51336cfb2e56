package dev.socks5.interop;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.client.Socks5Client;
import dev.socks5.client.Socks5ClientBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our client by the path of a Unix domain socket, on which socat listens for microsocks. */
class ClientPathTest implements ClientMatrix {

    private Daemon microsocks;
    private Process socat;
    private Path path;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        path = directory.resolve("proxy.sock");
        microsocks = Daemon.start(port -> Program.MICROSOCKS.with("-i", "127.0.0.1", "-p", "" + port));
        socat = new ProcessBuilder(Program.SOCAT.with(
                        "-t20",
                        "UNIX-LISTEN:" + path + ",fork",
                        "TCP:127.0.0.1:" + microsocks.address().getPort()))
                .inheritIO()
                .start();
        long start = System.nanoTime();
        while (!Files.exists(path)) {
            assertThat(System.nanoTime() - start).isLessThan(TimeUnit.SECONDS.toNanos(20));
            Thread.sleep(20);
        }
    }

    @AfterAll
    void stop() throws IOException {
        if (socat != null) {
            socat.descendants().forEach(ProcessHandle::destroy);
            socat.destroy();
        }
        Daemon.stop(microsocks);
    }

    @Override
    public InetSocketAddress proxy() {
        throw new UnsupportedOperationException("it has a path");
    }

    @Override
    public Socks5ClientBuilder client() {
        return Socks5Client.builder().uri("socks5h://localhost" + path).connectTimeout(TIMEOUT);
    }

    @Override
    public void talk(Socket socket) throws IOException {
        Echo.checkByTurns(socket);
    }

    @Test
    void channelsGoThereAsWell() throws Exception {
        try (Origin origin = Origin.web()) {
            Socks5Client client = client().build();
            for (boolean waits : new boolean[] {true, false}) {
                try (SocketChannel channel = waits
                        ? client.openChannel("localhost", origin.port())
                        : client.connectAsync("localhost", origin.port()).get(20, TimeUnit.SECONDS)) {
                    channel.configureBlocking(true);
                    Channels.newOutputStream(channel).write("GET / HTTP/1.0\r\n\r\n".getBytes(US_ASCII));
                    assertThat(Channels.newInputStream(channel).readAllBytes().length)
                            .isGreaterThan(Origin.BODY.length);
                }
            }
        }
    }
}
