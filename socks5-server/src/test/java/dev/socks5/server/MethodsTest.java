package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.ServerNegotiation;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The methods that a server takes, and which of them it selects. */
@Timeout(60)
class MethodsTest {

    private static final MethodAuthenticator ANYBODY = client -> ServerNegotiation.noAuthentication();

    private static Socks5ServerBuilder builder() {
        return Socks5Server.builder().listen("127.0.0.1", 0).eventLoops(1);
    }

    private static MethodAuthenticator words(int code) {
        return client -> new Words(1) {
            @Override
            public AuthMethod method() {
                return AuthMethod.of(code);
            }
        };
    }

    /** The server's order decides, and not the client's; an authenticator comes last. */
    @ParameterizedTest
    @CsvSource({
        "05 01 80, 05 80",
        "05 01 fe, 05 fe",
        "05 02 80 fe, 05 fe",
        "05 02 fe 80, 05 fe",
        "05 03 02 80 00, 05 80",
        "05 02 02 00, 05 02",
        "05 02 01 00, 05 ff",
        "05 01 81, 05 ff"
    })
    void theFirstThatTheClientOffersIsSelected(String greeting, String selection) throws Exception {
        try (Socks5Server server = builder()
                        .authenticator(PasswordAuthenticator.of(Map.of("u", "p")))
                        .method(AuthMethod.of(0xFE), words(0xFE))
                        .method(Words.METHOD, words(0x80))
                        .start();
                RawClient client = new RawClient(server)) {
            client.send(greeting).expect(selection);
        }
    }

    @Test
    void gssapiIsAMethodLikeAnyOther() throws Exception {
        try (Socks5Server server = builder()
                        .method(Words.METHOD, words(0x80))
                        .gssapi(() -> {
                            throw new AssertionError("asked for");
                        })
                        .start();
                RawClient client = new RawClient(server)) {
            client.send("05 02 01 80").expect(Words.SELECTED);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().method(AuthMethod.GSSAPI, words(1)).gssapi(() -> new Words(1)));
    }

    @Test
    void nobodyGetsInWithoutALoginUnlessThatIsAMethodToo() throws Exception {
        try (Socks5Server server = builder()
                        .method(Words.METHOD, words(0x80))
                        .method(AuthMethod.NO_AUTHENTICATION, ANYBODY)
                        .start();
                Origin origin = new Origin();
                RawClient anybody = new RawClient(server);
                RawClient somebody = new RawClient(server)) {
            anybody.tunnelTo(origin.address());
            somebody.send("05 02 00 80").expect(Words.SELECTED);
        }
    }

    @Test
    void eachMethodIsGivenOnce() throws Exception {
        Socks5ServerBuilder builder = builder().method(Words.METHOD, words(0x80));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.method(Words.METHOD, words(0x80)));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.method(AuthMethod.NO_ACCEPTABLE, words(0xFF)));
        builder.method(AuthMethod.USERNAME_PASSWORD, words(2));
        builder.start().close();
        builder.authenticator(PasswordAuthenticator.of(Map.of("u", "p")));
        assertThatIllegalStateException().isThrownBy(builder::start);
    }

    @Test
    @SuppressWarnings("NullAway")
    void noAuthenticatorIsNotGivenAsNull() {
        assertThatNullPointerException().isThrownBy(() -> builder().method(Words.METHOD, null));
        assertThatNullPointerException().isThrownBy(() -> builder().gssapi(null));
    }

    @Test
    void beyondLoopbackALoginIsNeeded() throws IOException {
        Socks5ServerBuilder anonymous = Socks5Server.builder()
                .listen("0.0.0.0", 0)
                .method(Words.METHOD, words(0x80))
                .method(AuthMethod.NO_AUTHENTICATION, ANYBODY)
                .authenticator(PasswordAuthenticator.of(Map.of("u", "p")));
        assertThatIllegalStateException().isThrownBy(anonymous::start).withMessageContaining("without a login");
        anonymous.allowAnonymous().start().close();
        Socks5Server.builder()
                .listen("0.0.0.0", 0)
                .method(Words.METHOD, words(0x80))
                .start()
                .close();
    }

    @Test
    void theClientsAddressIsTold() throws Exception {
        try (Socks5Server server = builder()
                        .method(Words.METHOD, client -> {
                            assertThat(client.ip())
                                    .hasValueSatisfying(ip ->
                                            assertThat(ip.isLoopbackAddress()).isTrue());
                            return new Words(
                                    ((ClientAddress.Ip) client).socketAddress().getPort() == 0 ? 1 : 0);
                        })
                        .start();
                Origin origin = new Origin();
                RawClient client = new RawClient(server)) {
            client.send(Words.GREETING).expect(Words.SELECTED);
            client.send(RawClient.connect(origin.address())).expectSuccess(); // It had nothing to ask.
        }
    }
}
