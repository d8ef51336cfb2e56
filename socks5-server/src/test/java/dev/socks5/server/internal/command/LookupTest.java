package dev.socks5.server.internal.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import dev.socks5.server.AccessRules;
import dev.socks5.server.CloseReason;
import dev.socks5.server.RawClient;
import dev.socks5.server.Recorder;
import dev.socks5.server.Resolver;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RESOLVE and RESOLVE_PTR, over the wire. */
@Timeout(60)
class LookupTest {

    private static final int RESOLVE = 0xF0;
    private static final int RESOLVE_PTR = 0xF1;
    private static final String NO_PORT = " 00 00";

    private final Recorder events = new Recorder();
    private final Queue<String> threads = new ConcurrentLinkedQueue<>();
    private final CountDownLatch never = new CountDownLatch(1);
    private @Nullable Socks5Server server;

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static InetAddress address(String text) {
        return Endpoint.of(text, 0).toInetSocketAddress().getAddress();
    }

    /** A small DNS in memory; some entries are odd. */
    private final class Zone implements Resolver {
        private static final Map<String, String> ADDRESSES = Map.of(
                "four.example", "192.0.2.1",
                "six.example", "2001:db8::1",
                "mapped.example", "::ffff:192.0.2.1",
                "metadata.example", "169.254.169.254",
                "mixed.example", "169.254.169.254 192.0.2.2 192.0.2.3",
                "none.example", "");
        private static final Map<String, String> NAMES = Map.of(
                "192.0.2.1", "Four.Example.",
                "2001:db8::1", "six.example",
                "192.0.2.10", "odd\r\nname",
                "192.0.2.11", "192.0.2.11",
                "192.0.2.12", "",
                "192.0.2.13", "b\u00fccher.example",
                "192.0.2.14", "a".repeat(64) + ".example");

        @Override
        public List<InetAddress> resolve(String name) throws IOException {
            threads.add(Thread.currentThread().getName());
            if (name.equals("broken.example")) {
                throw new IllegalStateException("on purpose");
            }
            if (name.equals("slow.example")) {
                hang();
            }
            String found = ADDRESSES.get(name);
            if (found == null) {
                throw new UnknownHostException(name);
            }
            return Stream.of(found.split(" "))
                    .filter(text -> !text.isEmpty())
                    .map(LookupTest::address)
                    .toList();
        }

        @Override
        public String nameOf(InetAddress address) throws IOException {
            threads.add(Thread.currentThread().getName());
            String text =
                    Endpoint.of(new InetSocketAddress(address, 0)).address().toString();
            if (text.equals("192.0.2.20")) {
                throw new IllegalStateException("on purpose");
            }
            if (text.equals("192.0.2.21")) {
                hang();
            }
            String found = NAMES.get(text);
            if (found == null) {
                throw new UnknownHostException(text);
            }
            return found;
        }

        private void hang() throws IOException {
            try {
                never.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
    }

    private RawClient client(UnaryOperator<Socks5ServerBuilder> settings) throws IOException {
        server = settings.apply(Socks5Server.builder()
                        .listen("127.0.0.1", 0)
                        .resolver(new Zone())
                        .torResolve()
                        .listener(events))
                .start();
        return new RawClient(server).send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
    }

    private RawClient client() throws IOException {
        return client(settings -> settings);
    }

    private static String request(int command, String host) {
        String head = "05 %02x 00 ".formatted(command);
        if (host.startsWith("@")) { // an address in the place of a name
            return head + name(host.substring(1)) + NO_PORT;
        }
        if (!host.contains(":") && !host.matches("[0-9.]+")) {
            return head + name(host) + NO_PORT;
        }
        return head + octets(host) + NO_PORT;
    }

    private static String name(String name) {
        byte[] octets = name.getBytes(StandardCharsets.ISO_8859_1);
        return "03 %02x %s".formatted(octets.length, RawClient.hex(octets));
    }

    private static String octets(String address) {
        if (address.equals("::ffff:192.0.2.1")) { // The JDK makes an IPv4 address of it.
            return "04 00 00 00 00 00 00 00 00 00 00 ff ff c0 00 02 01";
        }
        byte[] octets = address(address).getAddress();
        return (octets.length == 4 ? "01 " : "04 ") + RawClient.hex(octets);
    }

    @ParameterizedTest
    @CsvSource({
        "four.example, 192.0.2.1",
        "FOUR.Example., 192.0.2.1",
        "six.example, 2001:db8::1",
        "mapped.example, 192.0.2.1",
        "mixed.example, 192.0.2.2", // The first is refused by default.
        "192.0.2.9, 192.0.2.9",
        "@192.0.2.9, 192.0.2.9",
        "2001:db8::9, 2001:db8::9",
        "@2001:db8::9, 2001:db8::9",
        "::ffff:192.0.2.1, 192.0.2.1"
    })
    void tellsTheAddressAndHangsUp(String host, String found) throws Exception {
        try (RawClient client = client()) {
            client.send(request(RESOLVE, host)).expect("05 00 00 " + octets(found) + NO_PORT);
            client.expectEnd();
        }
        assertThat(events.until("closed"))
                .containsExactly("accepted", "requested RESOLVE", "closed 0 0 " + CloseReason.FINISHED);
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, four.example",
        "@192.0.2.1, four.example",
        "::ffff:192.0.2.1, four.example",
        "2001:db8::1, six.example",
        "@[2001:db8::1], six.example"
    })
    void tellsTheNameAndHangsUp(String host, String found) throws Exception {
        try (RawClient client = client()) {
            client.send(request(RESOLVE_PTR, host)).expect("05 00 00 " + name(found) + NO_PORT);
            client.expectEnd();
        }
        assertThat(events.until("closed"))
                .containsExactly("accepted", "requested RESOLVE_PTR", "closed 0 0 " + CloseReason.FINISHED);
    }

    @ParameterizedTest
    @CsvSource({
        "f0, nobody.example, 4",
        "f0, none.example, 4",
        "f0, a b, 4",
        "f0, 127.1.example.1, 4",
        "f0, broken.example, 1",
        "f0, metadata.example, 2",
        "f0, 169.254.169.254, 2",
        "f1, 192.0.2.99, 4",
        "f1, 192.0.2.10, 4",
        "f1, 192.0.2.11, 4",
        "f1, 192.0.2.12, 4",
        "f1, 192.0.2.13, 4",
        "f1, 192.0.2.14, 4",
        "f1, 192.0.2.20, 1",
        "f1, 169.254.169.254, 2",
        "f1, four.example, 8",
        "f1, @a b, 4"
    })
    void tellsWhyNot(String command, String host, int code) throws Exception {
        try (RawClient client = client()) {
            client.send(request(Integer.parseInt(command, 16), host)).expectFailure(code);
        }
        assertThat(events.ending().reason()).isEqualTo(CloseReason.REQUEST_FAILED);
    }

    @ParameterizedTest
    @CsvSource({
        "deny command=resolve, f0, 02",
        "deny command=resolve, f1, 00",
        "deny command=resolve-ptr, f1, 02",
        "deny command=resolve-ptr, f0, 00",
        "allow command=connect, f0, 02",
        "allow command=resolve four.example, f0, 00",
        "deny 192.0.2.0/24, f0, 02",
        "deny 192.0.2.0/24, f1, 02",
        "deny *.example, f0, 02"
    })
    void rulesDecide(String rule, String command, String code) throws Exception {
        String match = rule.substring(rule.indexOf(' ') + 1);
        AccessRules.Builder rules = AccessRules.builder();
        rules = rule.startsWith("deny") ? rules.deny(match) : rules.allow(match);
        AccessRules built = rules.build();
        try (RawClient client = client(settings -> settings.accessRule(built))) {
            String host = command.equals("f0") ? "four.example" : "192.0.2.1";
            client.send(request(Integer.parseInt(command, 16), host)).expect("05 " + code);
        }
    }

    @Test
    void aNameThatIsDeniedIsNotLookedUp() throws Exception {
        AccessRules rules = AccessRules.builder().deny("*.example").build();
        try (RawClient client = client(settings -> settings.accessRule(rules))) {
            client.send(request(RESOLVE, "four.example")).expectFailure(0x02);
        }
        assertThat(threads).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {RESOLVE, RESOLVE_PTR})
    void offUnlessSwitchedOn(int command) throws Exception {
        server = Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .resolver(new Zone())
                .start();
        try (RawClient client = new RawClient(server)) {
            client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
            client.send(request(command, "192.0.2.1")).expectFailure(0x07);
        }
        assertThat(threads).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"f0, four.example", "f1, 192.0.2.1"})
    void nothingIsLookedUpOnALoop(String command, String host) throws Exception {
        try (RawClient client = client()) {
            client.send(request(Integer.parseInt(command, 16), host)).expect("05 00");
        }
        assertThat(threads).singleElement().asString().doesNotStartWith("socks5-loop");
    }

    @Test
    void theServerDoesNotWaitForALookUpWhenItIsClosed() throws Exception {
        try (RawClient client = client()) {
            client.send(request(RESOLVE, "slow.example"));
            events.until("requested");
            stop();
            client.expectDropped();
        }
        assertThat(events.ending().reason()).isEqualTo(CloseReason.SHUTDOWN);
    }

    @Test
    void whatTheClientSendsBesidesIsIgnored() throws Exception {
        try (RawClient client = client()) {
            client.send(request(RESOLVE, "four.example") + " 05 01 00 de ad be ef")
                    .expect("05 00 00 " + octets("192.0.2.1") + NO_PORT);
            client.send("05 01 00").expectDropped();
        }
        assertThat(events.ending().reason()).isEqualTo(CloseReason.FINISHED);
    }
}
