package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.ClientNegotiation;
import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.Greeting;
import dev.socks5.codec.GssapiMessage;
import dev.socks5.codec.GssapiToken;
import dev.socks5.gssapi.GssapiAcceptor;
import dev.socks5.gssapi.GssapiInitiator;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real tokens that have come before, were tampered with, or are none: our server aborts, and hangs up. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class GssapiTokenTest {

    private static final String METHOD = "0501";
    private static final String ABORT = "01ff";

    private static EmbeddedKdc kdc;
    private static OurServer server;

    @BeforeAll
    static void start() throws Exception {
        kdc = EmbeddedKdc.start();
        GssapiAcceptor acceptor =
                GssapiAcceptor.builder().keytab(kdc.serviceKeytab()).build();
        server = OurServer.with(settings -> settings.gssapi(acceptor));
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
        if (kdc != null) {
            kdc.close();
        }
    }

    /** What a client says first. */
    private static byte[] token() throws IOException {
        GssapiInitiator initiator = GssapiInitiator.builder()
                .service("socks@localhost")
                .keytab(EmbeddedKdc.USER, kdc.userKeytab())
                .build();
        try (ClientNegotiation negotiation =
                initiator.begin(Endpoint.of(server.address()), Command.CONNECT, Endpoint.of("a.b", 80))) {
            GssapiMessage first = GssapiMessage.decode(negotiation.send()).orElseThrow();
            return ((GssapiMessage.Authentication) first).token().octets();
        }
    }

    private static Socket connected() throws IOException {
        Socket socket = new Socket(Loopback.V4, server.port());
        socket.setSoTimeout(20_000);
        write(socket, new Greeting(List.of(AuthMethod.GSSAPI)).encode());
        assertThat(HexFormat.of().formatHex(socket.getInputStream().readNBytes(2)))
                .isEqualTo(METHOD);
        return socket;
    }

    private static void write(Socket socket, ByteBuffer message) throws IOException {
        byte[] octets = new byte[message.remaining()];
        message.get(octets);
        socket.getOutputStream().write(octets);
    }

    private static void say(Socket socket, byte[] token) throws IOException {
        write(socket, new GssapiMessage.Authentication(GssapiToken.of(token)).encode());
    }

    /** All that the server answers before it ends. */
    private static String answerTo(byte[] token) throws IOException {
        try (Socket socket = connected()) {
            say(socket, token);
            return HexFormat.of().formatHex(socket.getInputStream().readAllBytes());
        }
    }

    @Test
    void aTokenIsTakenOnce() throws Exception {
        byte[] token = token();
        try (Socket socket = connected()) {
            say(socket, token);
            assertThat(HexFormat.of().formatHex(socket.getInputStream().readNBytes(2)))
                    .isEqualTo("0101");
        }
        assertThat(answerTo(token)).isEqualTo(ABORT);
    }

    /** In its frame, in the ticket, and in what proves that the ticket is the client's. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 20, 300, -100, -1})
    void aTokenThatWasTamperedWith(int position) throws Exception {
        byte[] token = token();
        token[Math.floorMod(position, token.length)] ^= 0x01;

        assertThat(answerTo(token)).isEqualTo(ABORT);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 20, -1})
    void aTokenThatIsCutShort(int length) throws Exception {
        byte[] token = token();

        assertThat(answerTo(Arrays.copyOf(token, Math.floorMod(length, token.length))))
                .isEqualTo(ABORT);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1000, GssapiToken.MAX_LENGTH})
    void noTokenAtAll(int length) throws Exception {
        assertThat(answerTo(new byte[length])).isEqualTo(ABORT);
        assertThat(answerTo(Arrays.copyOf(Origin.BODY, length))).isEqualTo(ABORT);
    }

    /** Behind a good token, where the level has to come, comes something else. */
    @ParameterizedTest
    @ValueSource(strings = {"0102000100", "0102000102", "01020000", "010200050102030405", "0103000100", "0101000100"})
    void somethingElseThanTheLevel(String message) throws Exception {
        try (Socket socket = connected()) {
            say(socket, token());
            byte[] header = socket.getInputStream().readNBytes(4);
            socket.getInputStream().skipNBytes(ByteBuffer.wrap(header).getShort(2) & 0xFFFF);
            socket.getOutputStream().write(HexFormat.of().parseHex(message));

            assertThat(HexFormat.of().formatHex(socket.getInputStream().readAllBytes()))
                    .isEqualTo(ABORT);
        }
    }

    /** Of another version, or another type. */
    @ParameterizedTest
    @ValueSource(strings = {"0503", "0104"})
    void whatIsNoMessage(String octets) throws Exception {
        try (Socket socket = connected()) {
            socket.getOutputStream().write(HexFormat.of().parseHex(octets));

            assertThat(HexFormat.of().formatHex(socket.getInputStream().readAllBytes()))
                    .isEqualTo(ABORT);
        }
    }
}
