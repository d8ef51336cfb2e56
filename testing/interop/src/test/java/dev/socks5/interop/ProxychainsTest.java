package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** proxychains4 gets between a program and its sockets; here a curl that knows nothing of proxies. */
class ProxychainsTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", OurServer.NAME, "::1"})
    void fetches(String host) throws Exception {
        Loopback.requireFor(host);
        try (OurServer server = OurServer.withLogin();
                Origin origin = Origin.web()) {
            Run run = curl(OurServer.PASSWORD, origin.url(host), server);

            assertThat(run).isEqualTo(new Run(0, "", ""));
            assertThat(Origin.digest(Files.readAllBytes(body()))).isEqualTo(Origin.digest(Origin.BODY));
            assertThat(server.destinations()).containsExactly(Endpoint.of(host, origin.port()));
        }
    }

    @Test
    void chainsTwoServers() throws Exception {
        try (OurServer first = OurServer.withLogin();
                OurServer second = OurServer.withLogin();
                Origin origin = Origin.web()) {
            Run run = curl(OurServer.PASSWORD, origin.url(OurServer.NAME), first, second);

            assertThat(run).isEqualTo(new Run(0, "", ""));
            assertThat(first.destinations()).containsExactly(Endpoint.of(second.address()));
            assertThat(second.destinations()).containsExactly(Endpoint.of(OurServer.NAME, origin.port()));
        }
    }

    @Test
    void failsWithAWrongLogin() throws Exception {
        try (OurServer server = OurServer.withLogin();
                Origin origin = Origin.web()) {
            assertThat(curl("wrong", origin.url("127.0.0.1"), server).status()).isNotZero();
            assertThat(server.destinations()).isEmpty();
        }
    }

    @Test
    void failsIfThePortRefuses() throws Exception {
        try (OurServer server = OurServer.withLogin();
                Socket refusing = Loopback.refusing()) {
            Run run = curl(OurServer.PASSWORD, "http://127.0.0.1:" + refusing.getLocalPort() + "/", server);

            assertThat(run.status()).isNotZero();
        }
    }

    private Run curl(String password, String url, OurServer... chain) throws Exception {
        List<String> conf = new ArrayList<>(List.of("strict_chain", "proxy_dns", "[ProxyList]"));
        for (OurServer server : chain) {
            conf.add("socks5 127.0.0.1 %d %s %s".formatted(server.port(), OurServer.USER, password));
        }
        Path file = Files.write(folder.resolve("proxychains.conf"), conf);
        List<String> command = new ArrayList<>(Program.PROXYCHAINS.with("-q", "-f", file.toString()));
        command.addAll(Program.CURL.with("-q", "-sS", "-m", "20", "-o", body().toString(), url));
        return Run.of(command);
    }

    private Path body() {
        return folder.resolve("body");
    }
}
