package dev.socks5.server.internal.front;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.server.Origin;
import dev.socks5.server.PasswordAuthenticator;
import dev.socks5.server.RawClient;
import dev.socks5.server.Socks5Server;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients may send, and how. */
@Timeout(60)
class HandshakeTest {

    private static final String LOGIN = "01 05 61 6c 69 63 65 06 73 65 63 72 65 74"; // alice, secret
    private static final String WRONG_LOGIN = "01 05 61 6c 69 63 65 06 73 65 63 72 65 00";

    private Socks5Server server;
    private Socks5Server strict;
    private Origin origin;

    @BeforeEach
    void start() throws IOException {
        origin = new Origin();
        server = Socks5Server.builder().listen("127.0.0.1", 0).start();
        strict = Socks5Server.builder()
                .listen("127.0.0.1", 0)
                .authenticator(PasswordAuthenticator.of(Map.of("alice", "secret")))
                .start();
    }

    @AfterEach
    void stop() {
        server.close();
        strict.close();
        origin.close();
    }

    @Test
    void aHandshakeStepByStepLeadsToATunnel() throws Exception {
        try (RawClient client = new RawClient(strict)) {
            client.send(RawClient.LOGIN_GREETING).expect(RawClient.LOGIN_SELECTED);
            client.send(LOGIN).expect("01 00");
            client.send(RawClient.connect(origin.address())).expectSuccess();
            Socket behind = origin.take();
            client.send("68 69");
            assertThat(behind.getInputStream().readNBytes(2)).isEqualTo(new byte[] {'h', 'i'});
            behind.getOutputStream().write(new byte[] {'y', 'o'});
            client.expect("79 6f");
        }
    }

    @Test
    void boundAddressIsThatOfTheOutgoingSocket() throws Exception {
        try (RawClient client = new RawClient(server)) {
            client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS).send(RawClient.connect(origin.address()));
            Socket behind = origin.take();
            client.expect("05 00 00 01 7f 00 00 01 " + RawClient.port(behind.getPort()));
        }
    }

    @Test
    void boundAddressCanBeHidden() throws Exception {
        try (Socks5Server shy = Socks5Server.builder()
                        .listen("127.0.0.1", 0)
                        .hideBoundAddress()
                        .start();
                RawClient client = new RawClient(shy)) {
            client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS).send(RawClient.connect(origin.address()));
            client.expect("05 00 00 01 00 00 00 00 00 00");
        }
    }

    @Test
    void everythingInOneWriteArrivesInOrderOnce() throws Exception {
        byte[] early = randomOctets(1 << 20);
        try (RawClient client = new RawClient(strict)) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.write(handshake());
            all.write(early);
            client.send(all.toByteArray());
            client.socket().shutdownOutput();
            assertThat(origin.take().getInputStream().readAllBytes()).isEqualTo(early);
            client.expect("05 02 01 00").expectSuccess();
        }
    }

    @Test
    void theHandshakeMayBeSplitAnywhere() throws Exception {
        byte[] handshake = handshake();
        byte[] early = randomOctets(1 << 20);
        for (int split = 1; split < handshake.length; split++) {
            try (RawClient client = new RawClient(strict)) {
                client.send(Arrays.copyOf(handshake, split));
                if (split >= 3) {
                    client.expect("05 02"); // The server has read the first part by now.
                }
                client.send(Arrays.copyOfRange(handshake, split, handshake.length))
                        .send(early);
                client.socket().shutdownOutput();
                assertThat(origin.take().getInputStream().readAllBytes()).isEqualTo(early);
            }
        }
    }

    @Test
    void octetByOctetWithOneMegabyteAtTheEnd() throws Exception {
        byte[] early = randomOctets(1 << 20);
        try (RawClient client = new RawClient(strict)) {
            for (byte octet : handshake()) {
                client.send(new byte[] {octet});
            }
            client.send(early);
            client.socket().shutdownOutput();
            assertThat(origin.take().getInputStream().readAllBytes()).isEqualTo(early);
            client.expect("05 02 01 00").expectSuccess();
        }
    }

    private byte[] handshake() {
        return RawClient.bytes(RawClient.LOGIN_GREETING + LOGIN + RawClient.connect(origin.address()));
    }

    private static byte[] randomOctets(int count) {
        byte[] octets = new byte[count];
        new Random(42).nextBytes(octets);
        return octets;
    }

    @Test
    void afterNoAcceptableMethodNothingIsServed() throws Exception {
        try (RawClient client = new RawClient(strict)) {
            client.send(RawClient.GREETING + RawClient.connect(origin.address()))
                    .expect("05 ff");
            client.expectEnd();
        }
        assertThat(origin.untouched()).isTrue();
    }

    @Test
    void afterAFailedLoginNothingIsServed() throws Exception {
        try (RawClient client = new RawClient(strict)) {
            client.send(RawClient.LOGIN_GREETING + WRONG_LOGIN + LOGIN + RawClient.connect(origin.address()));
            client.expect("05 02").expect("01 01");
            client.expectEnd();
        }
        assertThat(origin.untouched()).isTrue();
    }

    @Test
    void anOfferOfNoMethodsIsAnsweredAndClosed() throws Exception {
        try (RawClient client = new RawClient(server)) {
            client.send("05 00").expect("05 ff");
            client.expectEnd();
        }
    }

    @Test
    void theServersMethodIsTakenWhateverTheOrder() throws Exception {
        try (RawClient client = new RawClient(strict)) {
            client.send("05 04 00 01 80 02").expect("05 02");
        }
        try (RawClient client = new RawClient(server)) {
            client.send("05 03 02 01 00").expect("05 00");
        }
    }

    @Test
    void reservedOctetIsIgnored() throws Exception {
        try (RawClient client = new RawClient(server)) {
            String request = RawClient.connect(origin.address()).replaceFirst("05 01 00", "05 01 ff");
            client.send(RawClient.GREETING)
                    .expect(RawClient.ANONYMOUS)
                    .send(request)
                    .expectSuccess();
        }
    }

    @ParameterizedTest
    @CsvSource({"00, 07", "04, 07", "f0, 07", "ff, 07"})
    void otherCommandsAreNotSupported(String command, int code) throws Exception {
        try (RawClient client = new RawClient(server)) {
            client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
            client.send("05 " + command + " 00 01 7f 00 00 01 00 50").expectFailure(code);
        }
    }

    @ParameterizedTest
    @CsvSource({"05 01 00 02, 8", "05 01 00 00, 8", "05 01 00 03 00 00 50, 1", "04 01, 1"})
    void malformedRequestsGetAReply(String request, int code) throws Exception {
        try (RawClient client = new RawClient(server)) {
            client.send(RawClient.GREETING)
                    .expect(RawClient.ANONYMOUS)
                    .send(request)
                    .expectFailure(code);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"04 01 00 50 7f 00 00 01 00", "47 45 54 20 2f 20 48 54 54 50", "16 03 01"})
    void otherProtocolsAreHungUpOn(String octets) throws Exception {
        try (RawClient client = new RawClient(server)) {
            client.send(octets).expectDropped();
        }
    }

    @Test
    void aWrongVersionOfTheLoginIsHungUpOn() throws Exception {
        try (RawClient client = new RawClient(strict)) {
            client.send(RawClient.LOGIN_GREETING)
                    .expect("05 02")
                    .send("05 01 61 01 62")
                    .expectDropped();
        }
    }
}
