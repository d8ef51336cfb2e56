package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.Endpoint;
import dev.socks5.server.internal.policy.SystemResolver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ResolverTest {

    private static InetAddress address(String text) {
        return Endpoint.of(text, 0).toInetSocketAddress().getAddress();
    }

    private static List<InetAddress> addresses(String texts) {
        return texts.isEmpty()
                ? List.of()
                : Stream.of(texts.split(" ")).map(ResolverTest::address).toList();
    }

    @ParameterizedTest
    @CsvSource({
        "INET, ::1 127.0.0.1 ::2 127.0.0.2, 127.0.0.1 127.0.0.2 ::1 ::2, 127.0.0.1 127.0.0.2",
        "INET6, ::1 127.0.0.1 ::2 127.0.0.2, ::1 ::2 127.0.0.1 127.0.0.2, ::1 ::2",
        "INET, ::1, ::1, ''",
        "INET6, ::1, ::1, ::1",
        "INET, '', '', ''"
    })
    void families(StandardProtocolFamily family, String found, String preferred, String left) throws IOException {
        Resolver source = name -> addresses(found);
        assertThat(source.prefer(family).resolve("a")).isEqualTo(addresses(preferred));
        assertThat(source.only(family).resolve("a")).isEqualTo(addresses(left));
    }

    @Test
    void thereAreTwoFamilies() {
        ProtocolFamily other = StandardProtocolFamily.UNIX;
        assertThatIllegalArgumentException().isThrownBy(() -> Resolver.system().prefer(other));
        assertThatIllegalArgumentException().isThrownBy(() -> Resolver.system().only(other));
    }

    @Test
    void theSystemKnowsThisHost() throws IOException {
        assertThat(Resolver.system().resolve("localhost")).isNotEmpty().allMatch(InetAddress::isLoopbackAddress);
        InetAddress renamed =
                InetAddress.getByAddress("made.up", address("127.0.0.1").getAddress());
        assertThat(Resolver.system().nameOf(renamed))
                .isEqualTo(Resolver.system().nameOf(address("127.0.0.1")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "2001:db8::1"})
    void anAddressIsNoName(String text) throws IOException {
        InetAddress address = address(text);
        assertThat(SystemResolver.unlessLiteral("a.example", address)).isEqualTo("a.example");
        assertThatThrownBy(() -> SystemResolver.unlessLiteral(address.getHostAddress(), address))
                .isInstanceOf(UnknownHostException.class);
    }

    @Test
    void aResolverOfYourOwnAsksNobodyElseForNames() {
        Resolver own = name -> List.of();
        assertThatThrownBy(() -> own.nameOf(address("127.0.0.1"))).isInstanceOf(UnknownHostException.class);
    }

    @Test
    void namesOfAddressesPassThrough() throws IOException {
        Resolver source = new Resolver() {
            @Override
            public List<InetAddress> resolve(String name) {
                return List.of();
            }

            @Override
            public String nameOf(InetAddress address) {
                return "a.example";
            }
        };
        for (Resolver resolver : List.of(
                source.cached(),
                source.prefer(StandardProtocolFamily.INET),
                source.only(StandardProtocolFamily.INET6))) {
            assertThat(resolver.nameOf(address("192.0.2.1"))).isEqualTo("a.example");
        }
    }

    @Test
    void aServerWithACacheAsksOnce() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        Resolver counting = name -> {
            asked.incrementAndGet();
            return List.of(address("127.0.0.1"));
        };
        try (Origin origin = new Origin();
                Socks5Server server = Socks5Server.builder()
                        .listen("127.0.0.1", 0)
                        .resolver(counting.cached(10, Duration.ofHours(1), Duration.ZERO))
                        .start()) {
            for (String name : List.of("a.example", "A.Example.", "a.example")) {
                try (RawClient client = new RawClient(server)) {
                    client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
                    client.send(RawClient.connect(name, origin.port())).expectSuccess();
                }
            }
            assertThat(asked).hasValue(1);
        }
    }
}
