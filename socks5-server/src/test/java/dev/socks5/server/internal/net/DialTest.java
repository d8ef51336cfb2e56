package dev.socks5.server.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.ReplyCode;
import dev.socks5.server.Deaf;
import dev.socks5.server.Loops;
import dev.socks5.server.Origin;
import dev.socks5.server.RawClient;
import dev.socks5.server.Socks5Server;
import java.io.File;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.nio.channels.ClosedSelectorException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class DialTest {

    private static InetSocketAddress at(String host) {
        return new InetSocketAddress(host, 80);
    }

    @Test
    void theFamiliesTakeTurnsThatOfTheFirstAddressFirst() {
        assertThat(Dial.alternating(List.of(
                        at("2001:db8::1"), at("2001:db8::2"), at("2001:db8::3"), at("192.0.2.1"), at("192.0.2.2"))))
                .containsExactly(
                        at("2001:db8::1"), at("192.0.2.1"), at("2001:db8::2"), at("192.0.2.2"), at("2001:db8::3"));
        assertThat(Dial.alternating(List.of(at("192.0.2.1"), at("192.0.2.2"), at("2001:db8::1"))))
                .containsExactly(at("192.0.2.1"), at("2001:db8::1"), at("192.0.2.2"));
    }

    @Test
    void anAddressBeyondTheEighthIsLeftOut() {
        List<InetSocketAddress> many =
                IntStream.rangeClosed(1, 100).mapToObj(i -> at("192.0.2." + i)).toList();
        assertThat(Dial.alternating(many)).containsExactlyElementsOf(many.subList(0, 8));
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new ConnectException("refused"), 0, ReplyCode.CONNECTION_REFUSED),
                Arguments.of(
                        new ConnectException("refused at the second attempt"), 2_499, ReplyCode.CONNECTION_REFUSED),
                Arguments.of(new ConnectException("given up"), 2_500, ReplyCode.HOST_UNREACHABLE),
                Arguments.of(new NoRouteToHostException("no route"), 0, ReplyCode.NETWORK_UNREACHABLE),
                Arguments.of(new NoRouteToHostException("no route"), 3_000, ReplyCode.NETWORK_UNREACHABLE),
                Arguments.of(new SocketException("unreachable"), 3_000, ReplyCode.NETWORK_UNREACHABLE),
                Arguments.of(new BindException("no ports left"), 3_000, ReplyCode.GENERAL_FAILURE),
                Arguments.of(new IOException("whatever"), 3_000, ReplyCode.GENERAL_FAILURE));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void theKindOfExceptionAndTheTimeDecideTheReply(IOException failure, long millis, ReplyCode code) {
        assertThat(Dial.code(failure, TimeUnit.MILLISECONDS.toNanos(millis))).isEqualTo(code);
    }

    private static final class Nobody implements Dial.Caller {
        @Override
        public void connected(Connection connection) {
            throw new AssertionError("connected");
        }

        @Override
        public void failed(ReplyCode code) {
            throw new AssertionError("failed");
        }

        @Override
        public void refused(String reason) {
            throw new AssertionError(reason);
        }
    }

    @Test
    void anAttemptThatFailsUnexpectedlyLeavesNoDescriptorOpen() throws Exception {
        File descriptors = new File("/proc/self/fd");
        Assumptions.assumeTrue(descriptors.isDirectory());
        EventLoop loop = Loops.open();
        loop.discard(); // Nothing can be registered with it any more.
        try (Deaf deaf = new Deaf("127.0.0.1")) {
            Dial first = new Dial(loop, List.of(deaf.address()), Egress.ANY, new Nobody());
            assertThatThrownBy(first::proceed).isInstanceOf(ClosedSelectorException.class);
            int before = Objects.requireNonNull(descriptors.list()).length;
            for (int i = 0; i < 100; i++) {
                Dial dial = new Dial(loop, List.of(deaf.address()), Egress.ANY, new Nobody());
                assertThatThrownBy(dial::proceed).isInstanceOf(ClosedSelectorException.class);
            }
            assertThat(Objects.requireNonNull(descriptors.list())).hasSizeLessThan(before + 50);
        }
    }

    private static Socks5Server resolvingTo(String... addresses) throws IOException {
        return Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .resolver(name -> Stream.of(addresses).map(DialTest::literal).toList())
                .start();
    }

    private static InetAddress literal(String address) {
        return new InetSocketAddress(address, 0).getAddress();
    }

    private static RawClient request(Socks5Server server, int port) throws IOException {
        return new RawClient(server)
                .send(RawClient.GREETING)
                .expect(RawClient.ANONYMOUS)
                .send(RawClient.connect("several.example", port));
    }

    @Test
    void whenOneRefusesTheNextIsTriedAtOnce() throws Exception {
        try (Origin origin = new Origin("127.0.0.3");
                Socks5Server server = resolvingTo("127.0.0.1", "::1", "127.0.0.2", "127.0.0.3");
                RawClient client = request(server, origin.port())) {
            client.expectSuccess();
            origin.take();
        }
    }

    @Test
    void whenAllRefuseTheClientIsToldSo() throws Exception {
        int port = Origin.nobody().getPort();
        try (Socks5Server server = resolvingTo("127.0.0.1", "::1", "127.0.0.2");
                RawClient client = request(server, port)) {
            client.expectFailure(0x05);
        }
    }

    @Test
    void aConnectByIpv6() throws Exception {
        try (Origin origin = new Origin("::1");
                Socks5Server server = Socks5Server.builder().listen("::1", 0).start()) {
            assertThat(server.localAddresses().get(0).getAddress()).isEqualTo(literal("::1"));
            try (RawClient client = new RawClient(server, literal("::1")).tunnelTo(origin.address())) {
                client.send("2e");
                assertThat(origin.take().getInputStream().read()).isEqualTo('.');
            }
        }
    }
}
