package dev.socks5.interop;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import dev.socks5.junit.Fault;
import dev.socks5.junit.Socks5TestProxy;
import dev.socks5.junit.Socks5TestProxyBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The table of docs/test-kit.md: each fault of the kit, met by four clients that fetch a page through it. A row that
 * does not say what they do fails, with the row that does.
 */
@Timeout(120)
class TestKitTableTest {

    private static final Path DOCUMENT = Path.of("..", "..", "docs", "test-kit.md");

    /** The table's first line; its rows follow until there is none. */
    private static final String HEAD = "| the fault | the JDK's `Socket` | Netty | OkHttp | ours |";

    private static final Duration SHORT = Duration.ofMillis(500);
    private static final Duration LONG = Duration.ofSeconds(20);

    /** In the order of the table. */
    private static Map<String, Fault> faults() {
        Map<String, Fault> faults = new LinkedHashMap<>();
        faults.put("`none()`", Fault.none());
        faults.put("`reply(CONNECTION_REFUSED)`", Fault.reply(ReplyCode.CONNECTION_REFUSED));
        faults.put("`reply(ReplyCode.of(0x5A))`, unassigned", Fault.reply(ReplyCode.of(0x5A)));
        faults.put(
                "`reply(...)` and `cutAfter(4)`: two bytes of it",
                Fault.reply(ReplyCode.CONNECTION_REFUSED).and(Fault.cutAfter(4)));
        faults.put("`refuseLogin()`", Fault.refuseLogin());
        faults.put("`answer(5, 0xFF)`: no method will do", Fault.answer(0x05, 0xFF));
        faults.put("`answer(5, 0x80)`: a method that nobody offers", Fault.answer(0x05, 0x80));
        faults.put(
                "`answer(...)`: a line of HTTP",
                Fault.answer("HTTP/1.1 400 No\r\n\r\n".chars().toArray()));
        faults.put(
                "`answer(...)`: versions 4 and 4, success",
                Fault.answer(0x04, 0x00, 0x04, 0x00, 0x00, 0x01, 0, 0, 0, 0, 0, 0));
        faults.put(
                "`answer(...)`: versions 5 and 4, success",
                Fault.answer(0x05, 0x00, 0x04, 0x00, 0x00, 0x01, 0, 0, 0, 0, 0, 0));
        faults.put("`cutAfter(0)`", Fault.cutAfter(0));
        faults.put("`cutAfter(1)`", Fault.cutAfter(1));
        faults.put("`cutAfter(5)`", Fault.cutAfter(5));
        faults.put("`cutAfter(10).inTunnel()`", Fault.cutAfter(10).inTunnel());
        faults.put("`resetAfter(0)`", Fault.resetAfter(0));
        faults.put("`resetAfter(5)`", Fault.resetAfter(5));
        faults.put("`resetAfter(10).inTunnel()`", Fault.resetAfter(10).inTunnel());
        faults.put("`stallAfter(0)`", Fault.stallAfter(0));
        faults.put("`stallAfter(5)`", Fault.stallAfter(5));
        faults.put("`stallAfter(10).inTunnel()`", Fault.stallAfter(10).inTunnel());
        faults.put("`boundAddress(...)`: a name", Fault.boundAddress(Endpoint.of("bound.test", 1)));
        faults.put("`boundAddress(...)`: IPv6", Fault.boundAddress(Endpoint.of("2001:db8::1", 1)));
        faults.put("`boundAddress(UNSPECIFIED)`", Fault.boundAddress(Endpoint.UNSPECIFIED));
        faults.put("`singleBytes()`", Fault.singleBytes());
        faults.put("`drip(Duration.ofMillis(1))`", Fault.drip(Duration.ofMillis(1)));
        return faults;
    }

    @Test
    void eachRowSaysWhatTheClientsDo() throws Exception {
        List<String> made = new ArrayList<>();
        HttpServer web = HttpServer.create(new InetSocketAddress(Loopback.V4, 0), 0);
        web.createContext("/", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(200, KitClient.PAGE.length());
                exchange.getResponseBody().write(KitClient.PAGE.getBytes(US_ASCII));
            }
        });
        web.start();
        try {
            for (Map.Entry<String, Fault> row : faults().entrySet()) {
                made.add(row(row.getKey(), row.getValue(), web.getAddress().getPort()));
            }
        } finally {
            web.stop(0);
        }
        assertThat(written()).isEqualTo(made);
    }

    private static String row(String name, Fault fault, int port) throws Exception {
        boolean stalls = name.contains("stall");
        StringBuilder row = new StringBuilder("| ").append(name).append(" |");
        for (KitClient client : KitClient.values()) {
            Socks5TestProxyBuilder builder = Socks5TestProxy.builder();
            if (name.contains("refuseLogin")) {
                builder.login(OurServer.USER, OurServer.PASSWORD);
            }
            try (Socks5TestProxy proxy = builder.start()) {
                proxy.resolve(OurServer.NAME, Loopback.V4);
                proxy.always(fault);
                row.append(' ')
                        .append(client.outcome(proxy, OurServer.NAME, port, stalls ? SHORT : LONG))
                        .append(" |");
            }
        }
        return row.toString();
    }

    private static List<String> written() throws IOException {
        return Files.readAllLines(DOCUMENT).stream()
                .dropWhile(line -> !line.equals(HEAD))
                .skip(2)
                .takeWhile(line -> line.startsWith("|"))
                .toList();
    }
}
