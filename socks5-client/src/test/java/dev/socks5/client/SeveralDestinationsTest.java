package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.socks5.client.internal.platform.Threads;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.RequestRejectedException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that are looked up here: the proxy is asked for one address after the other. */
@Timeout(60)
class SeveralDestinationsTest {

    private static final Endpoint DESTINATION = Endpoint.of("origin.example", 80);

    /** Answers each connection with the next of several codes, and notes the last octet of what it was asked for. */
    private static final class Answering implements AutoCloseable {

        private final ServerSocket listener =
                new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        private final List<String> asked = Collections.synchronizedList(new ArrayList<>());

        Answering(String... codes) throws IOException {
            Threads.start("test", () -> {
                try {
                    for (String code : codes) {
                        answer(code);
                    }
                } catch (IOException e) {
                    asked.add(e.toString());
                }
            });
        }

        private void answer(String code) throws IOException {
            try (Socket client = listener.accept()) {
                client.getInputStream().readNBytes(3);
                client.getOutputStream().write(new byte[] {5, 0});
                asked.add(String.valueOf(client.getInputStream().readNBytes(10)[7]));
                client.getOutputStream().write(HexFormat.of().parseHex("05" + code + "0001000000000000"));
                client.getInputStream().readAllBytes();
            }
        }

        Socks5Client client() {
            return Socks5Client.builder()
                    .proxy("127.0.0.1", listener.getLocalPort())
                    .lookUpNamesHere()
                    .resolver(name -> List.of(found(1), found(2), found(3)))
                    .build();
        }

        private static InetAddress found(int last) {
            try {
                return InetAddress.getByAddress(new byte[] {(byte) 192, 0, 2, (byte) last});
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"03", "04", "05", "06", "08"})
    void asksForTheNextIfTheProxyCannotConnectToOne(String code) throws Exception {
        try (Answering proxy = new Answering(code, "00");
                Socket socket = proxy.client().connect(DESTINATION)) {
            assertThat(socket.getInetAddress().getHostAddress()).isEqualTo("192.0.2.2");
            assertThat(proxy.asked).containsExactly("1", "2");
        }
        try (Answering proxy = new Answering(code, "00")) {
            proxy.client().connectAsync(DESTINATION).get(15, TimeUnit.SECONDS).close();
            assertThat(proxy.asked).containsExactly("1", "2");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"01", "02", "07", "09"})
    void doesNotAskAgainAfterAnyOtherRefusal(String code) throws Exception {
        try (Answering proxy = new Answering(code)) {
            assertThat(catchThrowable(() -> proxy.client().connect(DESTINATION)))
                    .isInstanceOf(RequestRejectedException.class);
            assertThat(proxy.asked).containsExactly("1");
        }
        try (Answering proxy = new Answering(code)) {
            async(proxy);
            assertThat(proxy.asked).containsExactly("1");
        }
    }

    private static Throwable async(Answering proxy) {
        Throwable thrown =
                catchThrowable(() -> proxy.client().connectAsync(DESTINATION).get(15, TimeUnit.SECONDS));
        assertThat(thrown).isInstanceOf(ExecutionException.class);
        return Objects.requireNonNull(thrown.getCause());
    }

    @Test
    void saysWhatTheProxyHasAnsweredForEach() throws Exception {
        try (Answering proxy = new Answering("05", "04", "03")) {
            assertRefused(catchThrowable(() -> proxy.client().connect(DESTINATION)));
        }
        try (Answering proxy = new Answering("05", "04", "03")) {
            assertRefused(async(proxy));
        }
    }

    private static void assertRefused(Throwable failure) {
        assertThat(failure).isInstanceOf(RequestRejectedException.class).hasMessageContaining("192.0.2.3:80");
        assertThat(failure.getSuppressed())
                .extracting(Throwable::getMessage)
                .satisfiesExactly(
                        first -> assertThat(first).contains("192.0.2.1:80"),
                        second -> assertThat(second).contains("192.0.2.2:80"));
    }
}
