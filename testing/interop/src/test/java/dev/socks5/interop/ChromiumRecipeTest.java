package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.socks5.codec.Endpoint;
import dev.socks5.server.Connector;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.Route;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Upstream;
import dev.socks5.server.Verdict;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** Chromium, started by Selenium, as docs/recipes.md shows it. */
@Timeout(120)
class ChromiumRecipeTest {

    /** It warns of every Chromium that is newer than it. */
    private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

    private static final String REFUSED = "refused.test";

    private static HttpServer web;
    private static OurServer upstream;
    private static Socks5Server forwarder;
    private static ChromeDriver driver;

    @BeforeAll
    static void start() throws IOException {
        SELENIUM.setLevel(Level.SEVERE);
        File chromium = new File(Program.CHROMIUM.require());
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(new File(Program.CHROMEDRIVER.require()))
                .build();
        web = HttpServer.create(new InetSocketAddress(Loopback.V4, 0), 0);
        web.createContext("/", exchange -> {
            byte[] page = ("<title>for " + exchange.getRequestHeaders().getFirst("Host") + "</title>")
                    .getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        web.start();
        // The browser asks its makers for this and that, which does not leave this host.
        upstream = OurServer.with(settings -> settings.authenticator(
                        PasswordAuthenticator.of(Map.of(OurServer.USER, OurServer.PASSWORD)))
                .accessRule(request -> request.destination().port() != port()
                                || request.destination().equals(Endpoint.of(REFUSED, port()))
                        ? Verdict.deny("not of this test")
                        : Verdict.undecided()));
        ChromeOptions options =
                recipe("socks5h://%s:%s@%s".formatted(OurServer.USER, OurServer.PASSWORD, upstream.hostAndPort()));
        options.setBinary(chromium);
        options.addArguments("--headless=new", "--disable-gpu", "--no-first-run", "--disable-background-networking");
        if (System.getProperty("user.name").equals("root")) {
            options.addArguments("--no-sandbox"); // It refuses to run as root with one.
        }
        driver = new ChromeDriver(service, options);
    }

    private static ChromeOptions recipe(String uri) throws IOException {
        // recipe: Chromium and Selenium
        forwarder = Socks5Server.builder()
                .listen("127.0.0.1", 0) // without a login
                .connector(Connector.always(Route.through(Upstream.parse(uri)))) // socks5h://alice:secret@proxy.example
                .start();
        ChromeOptions options = new ChromeOptions();
        options.addArguments(
                "--proxy-server=socks5://127.0.0.1:"
                        + forwarder.localAddresses().get(0).getPort(),
                "--proxy-bypass-list=<-loopback>", // names and addresses of loopback go to the proxy as well
                "--webrtc-ip-handling-policy=disable_non_proxied_udp"); // or WebRTC sends datagrams past it
        // end of recipe
        return options;
    }

    @AfterAll
    static void stop() {
        if (driver != null) {
            driver.quit();
        }
        if (forwarder != null) {
            forwarder.close();
            upstream.close();
            web.stop(0);
        }
        SELENIUM.setLevel(null);
    }

    private static int port() {
        return web.getAddress().getPort();
    }

    private static String url(String host) {
        return "http://" + host + ":" + port() + "/";
    }

    @Test
    void namesGoToTheUpstreamWithItsLogin() {
        driver.get(url(OurServer.NAME));

        assertThat(driver.getTitle()).isEqualTo("for " + OurServer.NAME + ":" + port());
        assertThat(upstream.destinations()).contains(Endpoint.of(OurServer.NAME, port()));
        assertThat(upstream.users()).containsOnly(OurServer.USER);
    }

    @Test
    void loopbackGoesToTheUpstreamToo() {
        driver.get(url("localhost"));

        assertThat(driver.getTitle()).isEqualTo("for localhost:" + port());
        assertThat(upstream.destinations()).contains(Endpoint.of("localhost", port()));
    }

    /** And nothing goes direct. */
    @Test
    void whatTheUpstreamRefusesIsAnErrorPage() {
        assertThatThrownBy(() -> driver.get(url(REFUSED)))
                .isInstanceOf(WebDriverException.class)
                .hasMessageContaining("ERR_SOCKS_CONNECTION_FAILED");
    }

    /** It finds no way to a STUN server at all, by an address to which this host could send. */
    @Test
    void webRtcSendsNoDatagramPastTheProxy() throws IOException {
        try (DatagramChannel stun = DatagramChannel.open().bind(new InetSocketAddress(Loopback.V4, 0))) {
            stun.configureBlocking(false);
            String uri = "stun:127.0.0.1:" + ((InetSocketAddress) stun.getLocalAddress()).getPort();
            Object candidates = driver.executeAsyncScript("""
                    const [uri, done] = arguments;
                    const peer = new RTCPeerConnection({iceServers: [{urls: uri}]});
                    const candidates = [];
                    peer.onicecandidate = event => event.candidate
                            ? candidates.push(event.candidate.candidate)
                            : done(candidates.join('\\n'));
                    peer.createDataChannel('any');
                    peer.createOffer().then(offer => peer.setLocalDescription(offer));
                    """, uri);
            @Nullable SocketAddress sender = stun.receive(ByteBuffer.allocate(1));

            assertThat(candidates).isEqualTo("");
            assertThat(sender).isNull();
        }
    }
}
