package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.server.internal.policy.PasswordTable;
import java.net.InetSocketAddress;
import java.security.Principal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Logins. */
@Timeout(60)
class AuthenticationTest {

    private static final ClientAddress CLIENT = ClientAddress.of(new InetSocketAddress("127.0.0.1", 40_000));

    private final PasswordTable table =
            new PasswordTable(Map.of("user", "secret", "müller", "straße", "long", "x".repeat(255)));

    private boolean good(String username, String password) {
        return table.authenticate(new PasswordRequest(username, password), CLIENT)
                .isPresent();
    }

    @Test
    void theRightLoginIsGood() {
        assertThat(good("user", "secret")).isTrue();
        assertThat(good("long", "x".repeat(255))).isTrue();
        assertThat(table.authenticate(PasswordRequest.of("müller", "straße"), CLIENT)
                        .map(Principal::getName))
                .contains("müller");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "user|Secret",
                "user|secre",
                "user|secrets",
                "user|\"\"",
                "User|secret",
                "nobody|secret",
                "\"\"|\"\"",
                "\"\"|secret",
                "long|x",
                "m\u00fcller|stra\u00dfe"
            })
    void anyOtherIsNot(String username, String password) {
        assertThat(good(username, password)).isFalse();
    }

    @Test
    void nulIsAnOctetLikeAnyOther() {
        assertThat(good("user\0junk", "secret")).isFalse();
        assertThat(good("user", "secret\0junk")).isFalse();
        assertThat(good("user", "secret\0")).isFalse();
    }

    @Test
    void anUnknownUserIsNotLetInByWhatItIsComparedWith() {
        assertThat(good("nobody", "\0".repeat(16))).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {"\"\",secret", "user,\"\""})
    void emptyNamesAndPasswordsAreNotConfigured(String username, String password) {
        assertThatThrownBy(() -> PasswordAuthenticator.of(Map.of(username, password)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Null is a mistake, and must not be taken for "no login". */
    @Test
    @SuppressWarnings("NullAway")
    void noAuthenticatorIsNotGivenAsNull() {
        Socks5ServerBuilder builder = Socks5Server.builder();
        assertThatThrownBy(() -> builder.authenticator(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder.accessRule(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder.resolver(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder.listener(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> builder.executor(null)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void anAuthenticatorIsAskedOncePerLoginWithTheOctetsAndTheClient() throws Exception {
        PasswordAuthenticator authenticator = mock(PasswordAuthenticator.class);
        when(authenticator.mayBlock()).thenReturn(true);
        doReturn(Optional.of(new User("whoever"))).when(authenticator).authenticate(any(), any());
        try (Origin origin = new Origin();
                Socks5Server server = Socks5Server.builder()
                        .listen("127.0.0.1", 0)
                        .authenticator(authenticator)
                        .start();
                RawClient client = new RawClient(server)) {
            client.send(RawClient.LOGIN_GREETING).expect(RawClient.LOGIN_SELECTED);
            client.send("01 02 00 ff 01 80").expect("01 00");
            client.send(RawClient.connect(origin.address())).expectSuccess();
            verify(authenticator, times(1))
                    .authenticate(eq(new PasswordRequest("\0\u00ff", "\u0080")), eq(ClientAddress.of((InetSocketAddress)
                            client.socket().getLocalSocketAddress())));
        }
    }

    @Test
    void anAuthenticatorThatThrowsRefusesAndNothingSecretIsLogged() throws Exception {
        List<LogRecord> records = Collections.synchronizedList(new ArrayList<>());
        Logger logger = Logger.getLogger("dev.socks5.server");
        Handler handler = capture(records);
        Level before = logger.getLevel();
        logger.addHandler(handler);
        logger.setLevel(Level.ALL);
        logger.setUseParentHandlers(false);
        try (Socks5Server server = Socks5Server.builder()
                        .listen("127.0.0.1", 0)
                        .authenticator((login, client) -> {
                            throw new IllegalStateException("cannot tell about " + login);
                        })
                        .start();
                RawClient client = new RawClient(server)) {
            client.send(RawClient.LOGIN_GREETING).expect(RawClient.LOGIN_SELECTED);
            client.send("01 05 61 6c 69 63 65 06 73 65 63 72 65 74")
                    .expect("01 01")
                    .expectEnd();
        } finally {
            logger.removeHandler(handler);
            logger.setLevel(before);
            logger.setUseParentHandlers(true);
        }
        assertThat(records)
                .isNotEmpty()
                .allSatisfy(entry -> assertThat(text(entry)).doesNotContain("alice", "secret"));
    }

    private static Handler capture(List<LogRecord> records) {
        return new Handler() {
            @Override
            public void publish(LogRecord entry) {
                records.add(entry);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
    }

    private static String text(LogRecord entry) {
        return entry.getMessage() + " " + List.of(entry.getParameters() == null ? new Object[0] : entry.getParameters())
                + " " + entry.getThrown();
    }

    @Test
    void theUserAndTheClientReachRulesAndEvents() throws Exception {
        Recorder events = new Recorder();
        List<AccessRequest> judged = Collections.synchronizedList(new ArrayList<>());
        AccessRule rule = request -> {
            judged.add(request);
            return Verdict.undecided();
        };
        try (Origin origin = new Origin();
                Socks5Server server = Socks5Server.builder()
                        .listen("127.0.0.1", 0)
                        .authenticator(PasswordAuthenticator.of(Map.of("al", "pw")))
                        .accessRule(rule)
                        .listener(events)
                        .start();
                RawClient client = new RawClient(server)) {
            client.send(RawClient.LOGIN_GREETING).expect(RawClient.LOGIN_SELECTED);
            client.send("01 02 61 6c 02 70 77").expect("01 00");
            client.send(RawClient.connect(origin.address())).expectSuccess();
            assertThat(judged)
                    .extracting(
                            request -> Objects.requireNonNull(request.user()).getName())
                    .containsExactly("al");
            assertThat(judged).extracting(AccessRequest::client).containsExactly(ClientAddress.of((InetSocketAddress)
                    client.socket().getLocalSocketAddress()));
            assertThat(judged.get(0).toString())
                    .startsWith("CONNECT (0x01) " + Endpoint.of(origin.address()))
                    .doesNotContain("user", "al ");
            assertThat(events.until("connected"))
                    .containsExactly("accepted", "authenticated al", "requested CONNECT", "connected " + origin.port());
        }
    }
}
