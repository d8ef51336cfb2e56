package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyUriTest {

    @ParameterizedTest
    @CsvSource({
        "socks5://proxy.example:1081, proxy.example, 1081, true",
        "socks5://proxy.example, proxy.example, 1080, true",
        "socks5://proxy.example/, proxy.example, 1080, true",
        "socks5h://Proxy.Example.:1081/, Proxy.Example., 1081, false",
        "SOCKS5://192.0.2.1, 192.0.2.1, 1080, true",
        "SOCKS5H://192.0.2.1:9050, 192.0.2.1, 9050, false",
        "socks5://[2001:db8::1], 2001:db8::1, 1080, true",
        "socks5h://[2001:db8::1]:1081, 2001:db8::1, 1081, false"
    })
    void whereItIsAndWhoLooksNamesUp(String uri, String host, int port, boolean here) {
        assertThat(ProxyUri.parse(uri)).isEqualTo(new ProxyUri(Endpoint.of(host, port), null, here));
    }

    @ParameterizedTest
    @CsvSource({
        "socks5://proxy.example, NOTHING",
        "socks5://proxy.example?sendAhead, ALL_BUT_LOGINS",
        "socks5h://proxy.example:1081/?sendAhead, ALL_BUT_LOGINS",
        "socks5://alice:secret@[2001:db8::1]?sendAhead=login, ALL",
        "socks5h://alice:secret@[2001:db8::1]:1081/?sendAhead=login, ALL",
        "socks5h://alice:?sendAhead@192.0.2.1, NOTHING",
        "socks5h://alice:?sendAhead@192.0.2.1?sendAhead=login, ALL"
    })
    void whatIsSentAhead(String uri, SendAhead sendAhead) {
        assertThat(ProxyUri.parse(uri).sendAhead()).isEqualTo(sendAhead);
    }

    @Test
    void whatIsSentAheadLeavesTheRestAsItIs() {
        assertThat(ProxyUri.parse("socks5://alice:s3cret?@[::1]:1081/?sendAhead"))
                .isEqualTo(new ProxyUri(
                        Endpoint.of("::1", 1081),
                        null,
                        false,
                        PasswordRequest.of("alice", "s3cret?"),
                        true,
                        SendAhead.ALL_BUT_LOGINS));
    }

    @ParameterizedTest
    @CsvSource({
        "socks5s://proxy.example, true, 'socks5s://proxy.example:1080'",
        "SOCKS5HS://[2001:db8::1]:1081/?sendAhead, false, 'socks5hs://[2001:db8::1]:1081?sendAhead'",
        "socks5hs://alice:secret@192.0.2.1, false, 'socks5hs://192.0.2.1:1080'"
    })
    void aProxyByTls(String uri, boolean here, String text) {
        ProxyUri read = ProxyUri.parse(uri);
        assertThat(read.overTls()).isTrue();
        assertThat(read.looksUpHere()).isEqualTo(here);
        assertThat(read).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource({
        "socks5h://localhost/run/proxy.sock, /run/proxy.sock, socks5h://localhost/run/proxy.sock",
        "socks5://LOCALHOST/a?sendAhead=login, /a, socks5://localhost/a?sendAhead=login",
        "socks5h://alice:se/cret@localhost/run/a%40b%3F%25%20c, '/run/a@b?% c', socks5h://localhost/run/a%40b%3F%25%20c",
        "socks5h://localhost/run/a#b:c, '/run/a#b:c', socks5h://localhost/run/a%23b:c",
        "socks5h://localhost/b\u00fccher, /b\u00fccher, socks5h://localhost/b%C3%BCcher",
        "socks5h://localhost//run/a, //run/a, socks5h://localhost//run/a"
    })
    void aProxyByAPath(String uri, String path, String text) {
        ProxyUri read = ProxyUri.parse(uri);
        assertThat(read.path()).isEqualTo(path);
        assertThat(read.proxy()).isEqualTo(ProxyUri.LOCAL);
        assertThat(read).hasToString(text);
    }

    @Test
    void localhostWithoutAPathIsAHost() {
        assertThat(ProxyUri.parse("socks5h://localhost/").path()).isNull();
        assertThat(ProxyUri.parse("socks5h://localhost:1081").proxy()).isEqualTo(Endpoint.of("localhost", 1081));
    }

    @Test
    void aPathBelongsToLocalhostAndGoesWithoutTls() {
        Endpoint other = Endpoint.of("localhost", 1081);
        assertThatThrownBy(() -> new ProxyUri(other, "/a", false, null, false, SendAhead.NOTHING))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ProxyUri(ProxyUri.LOCAL, "/a", true, null, false, SendAhead.NOTHING))
                .hasMessageContaining("needs no TLS");
    }

    @ParameterizedTest
    @CsvSource({
        "alice:secret, alice, secret",
        "alice:se:cret, alice, se:cret",
        "alice:se@cret, alice, se@cret",
        "alice:se/cret?#, alice, se/cret?#",
        "al%69ce:%3a%40%2F%25%26, alice, :@/%&",
        "a%3Ab:c, a:b, c",
        "alice:a+b, alice, a+b",
        "b\u00fccher:p\u00e4ssword, b\u00fccher, p\u00e4ssword",
        "b%C3%BCcher:x, b\u00fccher, x",
        "alice:, alice, ''",
        "alice, alice, ''", // as curl has it
        "a%3Ab, a:b, ''",
        ":, '', ''"
    })
    void theLogin(String userInfo, String user, String password) {
        assertThat(ProxyUri.parse("socks5h://" + userInfo + "@[::1]:1080"))
                .isEqualTo(new ProxyUri(Endpoint.of("::1", 1080), PasswordRequest.of(user, password), false));
    }

    @Test
    void octetsThatAreNoTextAreKept() {
        assertThat(ProxyUri.parse("socks5://%00:%ff@proxy.example").login())
                .isEqualTo(new PasswordRequest("\0", "\u00ff"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "s3cret",
                "proxy.example:1080",
                "alice:s3cret@proxy.example",
                "socks5:alice:s3cret@proxy.example",
                "http://alice:s3cret@proxy.example",
                "socks://alice:s3cret@proxy.example",
                "socks4://alice:s3cret@proxy.example",
                "socks5hh://alice:s3cret@proxy.example",
                "socks5://",
                "socks5:///",
                "socks5://alice:s3cret",
                "socks5://alice:s3cret@",
                "socks5://@proxy.example",
                "socks5://alice:s3cret%4@proxy.example",
                "socks5://alice:s3cret%zz@proxy.example",
                "socks5://alice:s3cret%@proxy.example",
                "socks5://alice:s3cret@proxy.example:s3cret",
                "socks5://alice:s3cret@proxy.example:0",
                "socks5://alice:s3cret@proxy.example:65536",
                "socks5://alice:s3cret@proxy.example/s3cret",
                "socks5://alice:s3cret@proxy.example?s3cret",
                "socks5://alice:s3cret@proxy.example:1080//",
                "socks5://alice:s3cret@proxy.example?",
                "socks5://alice:s3cret@proxy.example/?",
                "socks5://alice:s3cret@proxy.example?sendahead",
                "socks5://alice:s3cret@proxy.example?sendAhead=",
                "socks5://alice:s3cret@proxy.example?sendAhead=s3cret",
                "socks5://alice:s3cret@proxy.example?sendAhead&s3cret",
                "socks5://alice:s3cret@proxy.example?sendAhead=login/",
                "socks5://alice:s3cret@proxy.example?sendAhead?sendAhead",
                "socks5://alice:s3cret@proxy.example//?sendAhead",
                "socks5://alice:s3cret@?sendAhead",
                "socks5://s3cret:alice?sendAhead",
                "socks5://alice:s3cret@2001:db8::1",
                "socks5://alice:s3cret@127.1:1080",
                "socks5://alice:s3cret@a b",
                "socks5://alice:s3cret@b\u00fccher.example",
                "socks5://alice:s3cret@localhost:1080/s3cret",
                "socks5://alice:s3cret@localhost/s3cret/",
                "socks5://alice:s3cret@localhost/s3cret%00",
                "socks5://alice:s3cret@localhost/s3cret%ff",
                "socks5://alice:s3cret@localhost/s3cret%0A",
                "socks5s://alice:s3cret@localhost/s3cret",
                "socks5sh://alice:s3cret@proxy.example"
            })
    void whatIsNoneIsRefusedAndNotRepeated(String uri) {
        assertThatThrownBy(() -> ProxyUri.parse(uri)).satisfies(ProxyUriTest::isClearAndKeepsTheSecret);
    }

    @Test
    void aLoginThatIsTooLongIsRefusedAndNotRepeated() {
        String secret = "s3cret".repeat(50);
        assertThatThrownBy(() -> ProxyUri.parse("socks5://alice:" + secret + "@proxy.example"))
                .satisfies(ProxyUriTest::isClearAndKeepsTheSecret);
    }

    /** It would be a question mark in UTF-8: another login. */
    @Test
    void halfASurrogatePairIsRefusedAndNotRepeated() {
        for (String half : new String[] {"\uD83D", "\uDE00"}) {
            assertThatThrownBy(() -> ProxyUri.parse("socks5://alice:s3cret" + half + "@proxy.example"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("half a surrogate pair has no encoding in UTF-8");
        }
    }

    private static void isClearAndKeepsTheSecret(Throwable e) {
        assertThat(e).isInstanceOf(IllegalArgumentException.class).hasNoCause();
        assertThat(e.getMessage()).isNotBlank().doesNotContain("s3cret", "alice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "127.1", "a\r\nb", "0x7f.1"})
    void aNameThatIsNoHostsIsRefused(String name) {
        Endpoint endpoint = new Endpoint(new DomainName(name), 1080);
        assertThatThrownBy(() -> new ProxyUri(endpoint, null, false)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void textShowsNoLogin() {
        assertThat(ProxyUri.parse("SOCKS5://alice:s3cret@proxy.example")).hasToString("socks5://proxy.example:1080");
        assertThat(ProxyUri.parse("socks5h://alice:s3cret@[::1]:1")).hasToString("socks5h://[::1]:1");
        assertThat(ProxyUri.parse("socks5h://alice:s3cret@[::1]:1/?sendAhead"))
                .hasToString("socks5h://[::1]:1?sendAhead");
        assertThat(ProxyUri.parse("socks5://alice:s3cret@[::1]:1?sendAhead=login"))
                .hasToString("socks5://[::1]:1?sendAhead=login");
    }
}
