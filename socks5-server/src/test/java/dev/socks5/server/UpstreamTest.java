package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.ClientNegotiation;
import dev.socks5.codec.Command;
import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.codec.SendAhead;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class UpstreamTest {

    private static final ClientNegotiation.Factory SHOWS_A_SECRET = new ClientNegotiation.Factory() {
        @Override
        public ClientNegotiation begin(Endpoint proxy, Command command, Endpoint destination) {
            return ClientNegotiation.noAuthentication();
        }

        @Override
        public String toString() {
            return "s3cret";
        }
    };

    @ParameterizedTest
    @CsvSource({
        "socks5://proxy.example:1081, proxy.example, 1081",
        "socks5://proxy.example, proxy.example, 1080",
        "socks5://proxy.example/, proxy.example, 1080",
        "socks5h://Proxy.Example.:1081/, proxy.example, 1081",
        "SOCKS5://192.0.2.1, 192.0.2.1, 1080",
        "socks5://192.0.2.1:9050, 192.0.2.1, 9050",
        "socks5://[2001:db8::1], 2001:db8::1, 1080",
        "socks5://[2001:db8::1]:1081, 2001:db8::1, 1081",
        "socks5://[::ffff:192.0.2.1]:1081, 192.0.2.1, 1081"
    })
    void whereItIs(String uri, String host, int port) {
        assertThat(Upstream.parse(uri)).isEqualTo(new Upstream(Endpoint.of(host, port), null));
    }

    @ParameterizedTest
    @CsvSource({
        "alice:secret, alice, secret",
        "alice:se:cret, alice, se:cret",
        "alice:se@cret, alice, se@cret",
        "alice:se/cret?#, alice, se/cret?#",
        "al%69ce:%3a%40%2F%25, alice, :@/%",
        "a%3Ab:c, a:b, c",
        "alice:a+b, alice, a+b",
        "bücher:pässword, bücher, pässword",
        "b%C3%BCcher:x, bücher, x",
        "alice:, alice, ''",
        ":, '', ''"
    })
    void theLogin(String userInfo, String user, String password) {
        assertThat(Upstream.parse("socks5://" + userInfo + "@[::1]:1080"))
                .isEqualTo(new Upstream(Endpoint.of("::1", 1080), PasswordRequest.of(user, password)));
    }

    @Test
    void octetsThatAreNoTextAreKept() {
        assertThat(Upstream.parse("socks5://%00:%ff@proxy.example").login())
                .isEqualTo(new PasswordRequest("\0", "\u00ff"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "s3cret",
                "alice:s3cret@proxy.example",
                "socks5:alice:s3cret@proxy.example",
                "http://alice:s3cret@proxy.example",
                "socks4://alice:s3cret@proxy.example",
                "socks5://",
                "socks5:///",
                "socks5://alice:s3cret",
                "socks5://alice:s3cret@",
                "socks5://alice:s3cret%4@proxy.example",
                "socks5://alice:s3cret%zz@proxy.example",
                "socks5://alice:s3cret%@proxy.example",
                "socks5://alice:s3cret@proxy.example:s3cret",
                "socks5://alice:s3cret@proxy.example:0",
                "socks5://alice:s3cret@proxy.example:65536",
                "socks5://alice:s3cret@proxy.example/s3cret",
                "socks5://alice:s3cret@proxy.example?s3cret",
                "socks5://alice:s3cret@proxy.example:1080//",
                "socks5://alice:s3cret@proxy.example?sendAhead=s3cret",
                "socks5://alice:s3cret@2001:db8::1",
                "socks5://alice:s3cret@127.1:1080",
                "socks5://alice:s3cret@a b",
                "socks5://alice:s3cret@bücher.example"
            })
    void whatIsNoneIsRefusedAndNotRepeated(String uri) {
        assertThatThrownBy(() -> Upstream.parse(uri)).satisfies(UpstreamTest::isClearAndKeepsTheSecret);
    }

    @ParameterizedTest
    @CsvSource({
        "socks5://alice:secret@proxy.example, NOTHING",
        "socks5://alice:secret@proxy.example/?sendAhead, ALL_BUT_LOGINS",
        "socks5://alice:secret@proxy.example?sendAhead=login, ALL"
    })
    void whatIsSentAhead(String uri, SendAhead ahead) {
        Upstream upstream = new Upstream(Endpoint.of("proxy.example", 1080), PasswordRequest.of("alice", "secret"));
        assertThat(Upstream.parse(uri)).isEqualTo(upstream.sendingAhead(ahead));
        assertThat(Upstream.parse(uri).sendAhead()).isEqualTo(ahead);
    }

    @Test
    void methodsAreInOrderAndNothingElseChanges() {
        Upstream upstream = Upstream.parse("socks5://alice:secret@proxy.example?sendAhead");
        ClientNegotiation.Factory another = (proxy, command, destination) -> ClientNegotiation.noAuthentication();
        assertThat(upstream.withMethod(SHOWS_A_SECRET).withMethod(another))
                .isEqualTo(new Upstream(
                        upstream.endpoint(),
                        upstream.login(),
                        List.of(SHOWS_A_SECRET, another),
                        SendAhead.ALL_BUT_LOGINS));
        assertThat(upstream.methods()).isEmpty();
    }

    @Test
    void onlyOneWayToLogInCanBeSentAhead() {
        Upstream bare = new Upstream(Endpoint.of("proxy.example", 1080), null);
        Upstream one = bare.withMethod(SHOWS_A_SECRET);
        Upstream two = one.withMethod(SHOWS_A_SECRET);
        Upstream password = new Upstream(bare.endpoint(), PasswordRequest.of("alice", "secret"));
        assertThat(List.of(bare, one, password))
                .allSatisfy(upstream ->
                        assertThat(upstream.sendingAhead(SendAhead.ALL)).isNotNull());
        for (Upstream upstream : List.of(two, password.withMethod(SHOWS_A_SECRET))) {
            assertThat(upstream.sendingAhead(SendAhead.ALL_BUT_LOGINS)).isNotNull();
            assertThatThrownBy(() -> upstream.sendingAhead(SendAhead.ALL))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("only one way to log in");
        }
    }

    /** As curl has it. */
    @Test
    void aUserWithoutAPasswordHasAnEmptyOne() {
        assertThat(Upstream.parse("socks5://alice@proxy.example").login()).isEqualTo(PasswordRequest.of("alice", ""));
    }

    @Test
    void aLoginThatIsTooLongIsRefusedAndNotRepeated() {
        String secret = "s3cret".repeat(50);
        assertThatThrownBy(() -> Upstream.parse("socks5://alice:" + secret + "@proxy.example"))
                .satisfies(UpstreamTest::isClearAndKeepsTheSecret);
    }

    private static void isClearAndKeepsTheSecret(Throwable e) {
        assertThat(e).isInstanceOf(IllegalArgumentException.class).hasNoCause();
        assertThat(e.getMessage()).isNotBlank().doesNotContain("s3cret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "127.1", "a\r\nb", "0x7f.1"})
    void aNameThatIsNoHostsIsRefused(String name) {
        Endpoint endpoint = new Endpoint(new DomainName(name), 1080);
        assertThatThrownBy(() -> new Upstream(endpoint, null)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void textShowsNoLogin() {
        Upstream upstream = Upstream.parse("socks5://alice:s3cret@proxy.example");
        assertThat(upstream).hasToString("socks5://proxy.example:1080");
        assertThat(upstream.sendingAhead(SendAhead.ALL)).hasToString("socks5://proxy.example:1080?sendAhead=login");
        assertThat(upstream.withMethod(SHOWS_A_SECRET)).hasToString("socks5://proxy.example:1080");
        assertThat(Route.through(upstream, Upstream.parse("socks5://[::1]:1")))
                .hasToString("through [socks5://proxy.example:1080, socks5://[::1]:1]");
    }
}
