package dev.socks5.client;

import static dev.socks5.client.ScriptedProxy.LOGIN_ACCEPTED;
import static dev.socks5.client.ScriptedProxy.LOGIN_SELECTED;
import static dev.socks5.client.ScriptedProxy.NO_AUTHENTICATION;
import static dev.socks5.client.ScriptedProxy.SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.NoAcceptableMethodException;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.RequestRejectedException;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes over the wire before the tunnel is open, and what must not. */
class HandshakeTest {

    private static final String REQUEST = "05 01 00 03 07 61 2e 62 2e 63 2e 64 00 50";
    private static final Endpoint DESTINATION = Endpoint.of("a.b.c.d", 80);

    @ParameterizedTest
    @CsvSource({
        "a.b.c.d, 80, " + REQUEST,
        "192.0.2.1, 443, 05 01 00 01 c0 00 02 01 01 bb",
        "::1, 65535, 05 01 00 04 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01 ff ff",
        "127.1, 0, 05 01 00 03 05 31 32 37 2e 31 00 00"
    })
    void sendsTheDestinationAsItIs(String host, int port, String request) throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
            proxy.client().connect(host, port).close();
            assertThat(proxy.received()).isEqualTo("05 01 00 " + request);
        }
    }

    @Test
    void sendsTheLoginIfTheProxySelectsIt() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.greet(LOGIN_SELECTED);
            client.expect("01 02 c3 bc 01 70");
            client.send(LOGIN_ACCEPTED);
            client.readRequest();
            client.send(SUCCESS);
            client.awaitEnd();
        })) {
            proxy.clientBuilder()
                    .credentials("\u00fc", "p")
                    .build()
                    .connect(DESTINATION)
                    .close();
            assertThat(proxy.received()).isEqualTo("05 02 00 02 01 02 c3 bc 01 70 " + REQUEST);
        }
    }

    @Test
    void keepsTheLoginToItselfIfTheProxySelectsNone() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
            proxy.clientBuilder()
                    .credentials("user", "password")
                    .build()
                    .connect(DESTINATION)
                    .close();
            assertThat(proxy.received()).isEqualTo("05 02 00 02 " + REQUEST);
        }
    }

    @Test
    void sendsEachMessageInOneSegment() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            byte[] segment = new byte[1024];
            assertThat(client.socket().getInputStream().read(segment)).isEqualTo(4);
            client.send(LOGIN_SELECTED);
            assertThat(client.socket().getInputStream().read(segment)).isEqualTo(3 + 255 + 255);
            client.send(LOGIN_ACCEPTED);
            assertThat(client.socket().getInputStream().read(segment)).isEqualTo(REQUEST.length() / 3 + 1);
            client.send(SUCCESS);
        })) {
            proxy.clientBuilder()
                    .credentials("u".repeat(255), "p".repeat(255))
                    .build()
                    .connect(DESTINATION)
                    .close();
            proxy.received();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "05 01, a method that was not offered: GSSAPI",
        "05 02, a method that was not offered: a login there is not",
        "05 80, a method that was not offered: a private one",
        "04 00, SOCKS4",
        "48 54, HTTP",
        "05, truncated",
        "'', nothing at all"
    })
    void refusesAMethodSelection(String answer, String what) throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.greet(answer);
            client.socket().shutdownOutput();
            client.awaitEnd();
        })) {
            assertThat(failure(MalformedMessageException.class, proxy.client())).isNotNull();
            assertThat(proxy.received()).as(what).isEqualTo("05 01 00");
        }
    }

    @Test
    void reportsThatNoMethodIsAcceptable() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.greet("05 ff");
            client.awaitEnd();
        })) {
            assertThat(failure(NoAcceptableMethodException.class, proxy.client()))
                    .isNotNull();
            assertThat(proxy.received()).isEqualTo("05 01 00");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"01 01", "01 ff", "05 01"})
    void reportsAFailedLogin(String answer) throws Exception {
        try (ScriptedProxy proxy = afterLogin(answer)) {
            Socks5Client client =
                    proxy.clientBuilder().credentials("us3r", "s3cret").build();
            AuthenticationFailedException failure = failure(AuthenticationFailedException.class, client);
            assertThat(failure.toString()).doesNotContain("us3r", "s3cret");
            assertThat(proxy.received()).endsWith("01 04 75 73 33 72 06 73 33 63 72 65 74");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"02 00", "00 00", "01", ""})
    void refusesALoginsAnswer(String answer) throws Exception {
        try (ScriptedProxy proxy = afterLogin(answer)) {
            Socks5Client client =
                    proxy.clientBuilder().credentials("us3r", "s3cret").build();
            MalformedMessageException failure = failure(MalformedMessageException.class, client);
            assertThat(failure.toString()).doesNotContain("us3r", "s3cret");
            assertThat(proxy.received()).endsWith("01 04 75 73 33 72 06 73 33 63 72 65 74");
        }
    }

    private static ScriptedProxy afterLogin(String answer) throws IOException {
        return new ScriptedProxy(client -> {
            client.greet(LOGIN_SELECTED);
            client.readLogin();
            client.send(answer);
            client.socket().shutdownOutput();
            client.awaitEnd();
        });
    }

    @Test
    void takesEveryReplyButSuccessForAFailure() throws Exception {
        for (int code = 1; code <= 0xFF; code++) {
            String reply = "05 %02x 00 01 00 00 00 00 00 00".formatted(code);
            try (ScriptedProxy proxy = afterRequest(reply)) {
                RequestRejectedException failure = failure(RequestRejectedException.class, proxy.client());
                assertThat(failure.reply().code()).isEqualTo(ReplyCode.of(code));
                assertThat(failure.request().destination()).isEqualTo(DESTINATION);
                assertThat(proxy.received()).isEqualTo("05 01 00 " + REQUEST);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"05 04", "05 04 00", "05 04 00 01 00", "05 04 00 01 00 00 00 00 00"})
    void reportsAFailureThatIsCutShort(String reply) throws Exception {
        try (ScriptedProxy proxy = afterRequest(reply)) {
            RequestRejectedException failure = failure(RequestRejectedException.class, proxy.client());
            assertThat(failure.reply().code()).isEqualTo(ReplyCode.HOST_UNREACHABLE);
            proxy.received();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "04 00 00 01 00 00 00 00 00 00, wrong version",
        "00 5a 00 01 00 00 00 00 00 00, SOCKS4's success",
        "05 00 00 00 00 00 00 00 00 00, unknown address type 0",
        "05 00 00 02 00 00 00 00 00 00, unknown address type 2",
        "05 00 00 ff 00 00 00 00 00 00, unknown address type 255",
        "05 00, success cut short",
        "05 00 00 01 00 00 00 00 00, success cut short by one octet",
        "05 00 00 03 09 61, success cut short in a name",
        "05, one octet",
        "'', nothing at all"
    })
    void refusesAReply(String reply, String what) throws Exception {
        try (ScriptedProxy proxy = afterRequest(reply)) {
            assertThat(failure(MalformedMessageException.class, proxy.client()))
                    .as(what)
                    .isNotNull();
            proxy.received();
        }
    }

    private static ScriptedProxy afterRequest(String reply) throws IOException {
        return new ScriptedProxy(client -> {
            client.greet(NO_AUTHENTICATION);
            client.readRequest();
            client.send(reply);
            client.socket().shutdownOutput();
            client.awaitEnd();
        });
    }

    @Test
    void takesAResetForAnEnd() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.greet(NO_AUTHENTICATION);
            client.readRequest();
            client.reset();
        })) {
            MalformedMessageException failure = failure(MalformedMessageException.class, proxy.client());
            assertThat(failure).hasCauseInstanceOf(IOException.class);
        }
    }

    private static <E extends Exception> E failure(Class<E> type, Socks5Client client) {
        return catchThrowableOfType(type, () -> client.connect(DESTINATION));
    }

    @Test
    void sendsNamesOf255OctetsAndRefusesMore() throws Exception {
        String longest = "n".repeat(255);
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
            Socks5Client client = proxy.client();
            assertThatIllegalArgumentException().isThrownBy(() -> client.connect(longest + "n", 80));
            assertThat(proxy.isUntouched()).isTrue();
            client.connect(longest, 80).close();
            assertThat(proxy.received()).endsWith("05 01 00 03 ff" + " 6e".repeat(255) + " 00 50");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "b\u00fccher.example", "caf\u00e9", "\ud83d\ude00.example", "[::1", "1:2"})
    void refusesAHostThatIsNeitherAddressNorName(String host) throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
            Socks5Client client = proxy.client();
            assertThatIllegalArgumentException().isThrownBy(() -> client.connect(host, 80));
            assertThatIllegalArgumentException().isThrownBy(() -> client.connect("example.com", 65536));
            assertThat(proxy.isUntouched()).isTrue();
        }
    }

    @Test
    void sendsTheOctetsOfANameUnchanged() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
            proxy.client()
                    .connect(new Endpoint(new DomainName("\u00fc\u0000 1.2.3.4"), 1))
                    .close();
            assertThat(proxy.received()).endsWith(" 03 0a fc 00 20 31 2e 32 2e 33 2e 34 00 01");
        }
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
            proxy.client().connect(new Endpoint(new DomainName("1.2.3.4"), 1)).close();
            assertThat(proxy.received()).endsWith(" 03 07 31 2e 32 2e 33 2e 34 00 01");
        }
    }

    @Test
    void leavesWhatComesWithTheReplyToTheCaller() throws Exception {
        String reply = "05 00 00 03 04 6e 61 6d 65 04 38";
        String tunnel = "05 00 00 01 00 00 00 00 00 00";
        byte[] all = HexFormat.ofDelimiter(" ").parseHex(reply + ' ' + tunnel);
        for (int split = 0; split <= all.length; split++) {
            int at = split;
            try (ScriptedProxy proxy = new ScriptedProxy(client -> {
                client.greet(NO_AUTHENTICATION);
                client.readRequest();
                client.socket().getOutputStream().write(all, 0, at);
                client.socket().getOutputStream().write(all, at, all.length - at);
            })) {
                try (Socket socket = proxy.client().connect(DESTINATION)) {
                    assertThat(HexFormat.ofDelimiter(" ")
                                    .formatHex(socket.getInputStream().readAllBytes()))
                            .isEqualTo(tunnel);
                }
            }
        }
    }

    @Test
    void takesAnswersOneOctetAtATime() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.read(4);
            client.sendOneByOne(LOGIN_SELECTED);
            client.readLogin();
            client.sendOneByOne(LOGIN_ACCEPTED);
            client.readRequest();
            client.sendOneByOne("05 00 7f 04 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 00 50 68 69");
        })) {
            try (Socket socket =
                    proxy.clientBuilder().credentials("", "").build().connect(DESTINATION)) {
                assertThat(socket.getInputStream().readAllBytes()).isEqualTo("hi".getBytes(StandardCharsets.US_ASCII));
            }
        }
    }
}
