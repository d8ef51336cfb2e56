package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever a client asks for, a policy that may block is not called on an event loop. */
@Timeout(60)
class OffLoopTest {

    private static final byte[] PING = {'p', 'i', 'n', 'g'};

    private final Queue<String> calls = new ConcurrentLinkedQueue<>();

    private void called(String policy) {
        String thread = Thread.currentThread().getName();
        calls.add(policy + (thread.startsWith("socks5-loop") ? " on a loop" : " elsewhere"));
    }

    private final Resolver resolver = new Resolver() {
        @Override
        public List<InetAddress> resolve(String name) throws IOException {
            called("resolver");
            return List.of(InetAddress.getByName("127.0.0.1"));
        }

        @Override
        public String nameOf(InetAddress address) {
            called("resolver");
            return "a.test";
        }
    };

    private Socks5ServerBuilder builder(String which) {
        Socks5ServerBuilder builder = Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .torResolve()
                .resolver(resolver)
                .authenticator((login, from) -> {
                    called("authenticator");
                    return Optional.of(new User("u"));
                });
        if (which.contains("rule")) {
            builder.accessRule(request -> {
                called("rule");
                return Verdict.undecided();
            });
        }
        if (which.contains("connector")) {
            builder.connector(request -> {
                called("connector");
                return Route.direct();
            });
        }
        return builder;
    }

    /** With each policy alone, and with none that may block except those that a name needs. */
    @ParameterizedTest
    @CsvSource({
        "rule, 127.0.0.1",
        "connector, 127.0.0.1",
        "rule and connector, 127.0.0.1",
        "none, a.test",
        "rule, a.test",
        "connector, a.test",
        "rule and connector, a.test"
    })
    void eachCommand(String which, String destination) throws Exception {
        try (Socks5Server server = builder(which).start();
                Origin origin = new Origin();
                UdpOrigin udpOrigin = new UdpOrigin()) {
            for (int command : new int[] {0x01, 0x02, 0xF0, 0xF1}) {
                try (RawClient client = loggedIn(server)) {
                    if (command == 0xF1 && destination.equals("a.test")) {
                        continue; // Refused before anybody is asked.
                    }
                    client.send(request(command, destination, origin.port()));
                    assertThat(client.read(2)).as("command %x", command).isEqualTo(new byte[] {5, 0});
                }
            }
            try (UdpClient client = new UdpClient(loggedIn(server), "05 03 00 01 00 00 00 00 00 00")) {
                int port = udpOrigin.address().getPort();
                client.sendRaw(RawClient.bytes(
                        "00 00 00 " + request(1, destination, port).substring(9) + RawClient.hex(PING)));
                udpOrigin.expect(PING);
            }
        }
        assertThat(calls).isNotEmpty().allMatch(call -> call.endsWith(" elsewhere"));
        for (String policy : List.of("rule", "connector")) {
            assertThat(calls.contains(policy + " elsewhere")).isEqualTo(which.contains(policy));
        }
    }

    private static RawClient loggedIn(Socks5Server server) throws IOException {
        return new RawClient(server)
                .send(RawClient.LOGIN_GREETING)
                .expect(RawClient.LOGIN_SELECTED)
                .send("01 01 75 01 70")
                .expect("01 00");
    }

    private static String request(int command, String destination, int port) {
        byte[] octets = destination.getBytes(StandardCharsets.US_ASCII);
        String address = destination.equals("127.0.0.1")
                ? "01 7f 00 00 01"
                : "03 %02x %s".formatted(octets.length, RawClient.hex(octets));
        return "05 %02x 00 %s %s".formatted(command, address, RawClient.port(port));
    }
}
