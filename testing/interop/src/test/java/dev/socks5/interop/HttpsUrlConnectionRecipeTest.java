package dev.socks5.interop;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.socks5.client.Socks5Client;
import dev.socks5.client.Socks5ProxySelector;
import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** HttpsURLConnection as docs/recipes.md shows it. Puts the settings of the JVM back. */
@Timeout(120)
class HttpsUrlConnectionRecipeTest {

    private static final String PASSWORD = "password";
    private static final String PAGE = "this is the page";

    private static SSLContext tls;
    private static HttpsServer web;

    private final ProxySelector selectorBefore = ProxySelector.getDefault();
    private final Authenticator authenticatorBefore = Authenticator.getDefault();

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        tls = contextFor("dns:localhost", directory.resolve("keys.p12"));
        web = HttpsServer.create(new InetSocketAddress(Loopback.V4, 0), 0);
        web.setHttpsConfigurator(new HttpsConfigurator(tls));
        web.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, PAGE.length());
            exchange.getResponseBody().write(PAGE.getBytes(UTF_8));
            exchange.close();
        });
        web.start();
    }

    /** One self-signed certificate, which it trusts. */
    private static SSLContext contextFor(String name, Path file) throws Exception {
        Run run = Run.of(new Program("keytool", "openjdk-17-jre-headless")
                .with(
                        "-genkeypair",
                        "-alias",
                        "web",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=test",
                        "-ext",
                        "san=" + name,
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        file.toString()));
        assertThat(run.status()).as(run.output() + run.errors()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD.toCharArray());
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(keys);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
        return context;
    }

    @AfterAll
    static void stop() {
        web.stop(0);
    }

    @AfterEach
    void restore() {
        ProxySelector.setDefault(selectorBefore);
        Authenticator.setDefault(authenticatorBefore);
    }

    private static void recipe(Socks5Client client) {
        // recipe: HttpsURLConnection
        ProxySelector.setDefault(client.proxySelector());
        Authenticator.setDefault(client.authenticator(Authenticator.getDefault()));
        // end of recipe
    }

    private static Socks5Client client(OurServer server, String password) {
        return Socks5Client.of("socks5h://" + OurServer.USER + ":" + password + "@" + server.hostAndPort());
    }

    private static String fetch() throws IOException {
        URL url = URI.create("https://localhost:" + web.getAddress().getPort() + "/")
                .toURL();
        HttpsURLConnection connection = (HttpsURLConnection) url.openConnection();
        connection.setSSLSocketFactory(tls.getSocketFactory());
        connection.setConnectTimeout(20_000);
        connection.setReadTimeout(20_000);
        connection.setRequestProperty("Connection", "close");
        try (InputStream in = connection.getInputStream()) {
            return new String(in.readAllBytes(), UTF_8);
        }
    }

    private static int port() {
        return web.getAddress().getPort();
    }

    @Test
    void fetchesThroughTheProxyWithALogin() throws Exception {
        try (OurServer server = OurServer.withLogin()) {
            recipe(client(server, OurServer.PASSWORD));
            assertThat(fetch()).isEqualTo(PAGE);
            assertThat(server.destinations()).singleElement().satisfies(destination -> {
                assertThat(destination.port()).isEqualTo(port());
                // HttpsURLConnection has looked it up here, and the proxy gets an address.
                assertThat(destination.address()).isNotInstanceOf(DomainName.class);
            });
        }
    }

    @Test
    void aWrongLoginFails() throws Exception {
        try (OurServer server = OurServer.withLogin()) {
            recipe(client(server, "wrong"));
            assertThatThrownBy(HttpsUrlConnectionRecipeTest::fetch).isInstanceOf(IOException.class);
            assertThat(server.destinations()).isEmpty();
        }
    }

    @Test
    void turnsToTheNextProxy() throws Exception {
        try (Socket nobody = Loopback.refusing();
                OurServer server = OurServer.withLogin()) {
            Socks5Client gone = Socks5Client.builder()
                    .proxy((InetSocketAddress) nobody.getLocalSocketAddress())
                    .build();
            Socks5Client client = client(server, OurServer.PASSWORD);
            recipe(client);
            ProxySelector.setDefault(
                    Socks5ProxySelector.builder().otherwise(gone, client).build());
            assertThat(fetch()).isEqualTo(PAGE);
            assertThat(server.destinations()).extracting(Endpoint::port).containsExactly(port());
        }
    }

    @Test
    void goesDirectOnlyWhereToldTo() throws Exception {
        try (OurServer server = OurServer.withLogin()) {
            Socks5Client client = Socks5Client.builder()
                    .proxy(server.address())
                    .direct(destination -> destination.port() == port())
                    .build();
            recipe(client);
            assertThat(fetch()).isEqualTo(PAGE);
            assertThat(server.destinations()).isEmpty();
        }
    }
}
