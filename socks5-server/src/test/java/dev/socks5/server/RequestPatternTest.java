package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestPatternTest {

    private static final String CLIENT = "192.168.1.7";

    private static AccessRequest request(
            String client, @Nullable String user, Command command, String destination, @Nullable String resolved) {
        return new AccessRequest(
                ClientAddress.of(new InetSocketAddress(client, 40_000)),
                user == null ? null : new User(user),
                command,
                Endpoint.parse(destination),
                resolved == null ? null : Endpoint.parse(resolved));
    }

    private static AccessRequest connect(String destination, @Nullable String resolved) {
        return request(CLIENT, "guest", Command.CONNECT, destination, resolved);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*                                      | YES",
                "user=guest                             | YES",
                "user=alice                             | NO",
                "user=Guest                             | NO",
                "user=alice user=guest                  | YES",
                "client=192.168.0.0/16                  | YES",
                "client=192.168.1.8                     | NO",
                "client=192.168.1.8 client=192.168.1.7  | YES",
                "command=connect                        | YES",
                "command=CONNECT                        | YES",
                "command=0x01                           | YES",
                "command=bind                           | NO",
                "command=bind command=connect           | YES",
                "10.0.0.0/8                             | YES",
                "10.0.0.0/8:443                         | YES",
                "10.0.0.0/8:80                          | NO",
                "11.0.0.0/8 10.1.1.1                    | YES",
                "a.example                              | NO",
                "10.0.0.0/8 user=guest client=192.168.0.0/16 command=connect | YES",
                "11.0.0.0/8 user=guest client=192.168.0.0/16 command=connect | NO",
                "10.0.0.0/8 user=alice client=192.168.0.0/16 command=connect | NO",
                "10.0.0.0/8 user=guest client=192.169.0.0/16 command=connect | NO",
                "10.0.0.0/8 user=guest client=192.168.0.0/16 command=bind    | NO",
            })
    void fieldsAreJoinedByAndAlternativesByOr(String text, RequestPattern.Answer answer) {
        assertThat(RequestPattern.parse(text).test(connect("10.1.1.1:443", "10.1.1.1:443")))
                .isEqualTo(answer);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // text                         | resolved         | answer
                "a.example                      | -                | YES",
                "*.example                      | -                | YES",
                "b.example                      | -                | NO",
                "10.0.0.0/8                     | -                | LATER",
                "10.0.0.0/8:443                 | -                | LATER",
                "10.0.0.0/8:80                  | -                | NO", // the port is known already
                "10.0.0.0/8 a.example           | -                | YES",
                "10.0.0.0/8 b.example           | -                | LATER",
                "10.0.0.0/8 user=alice          | -                | NO", // whatever the address
                "10.0.0.0/8 command=bind        | -                | NO",
                "10.0.0.0/8 client=10.0.0.0/8   | -                | NO",
                "10.0.0.0/8                     | 10.1.1.1:443     | YES",
                "10.0.0.0/8                     | 192.0.2.1:443    | NO",
                "a.example                      | 192.0.2.1:443    | YES",
                "0.0.0.0/0                      | a.example:443    | NO", // on its way to another proxy
                "::/0                           | a.example:443    | NO",
                "a.example                      | a.example:443    | YES",
            })
    void ofANameTheAddressMayBeOpen(String text, @Nullable String resolved, RequestPattern.Answer answer) {
        assertThat(RequestPattern.parse(text).test(connect("a.example:443", resolved)))
                .isEqualTo(answer);
    }

    @ParameterizedTest
    @CsvSource({
        "*, YES",
        "command=udp-associate, YES",
        "user=guest, YES",
        "* user=guest, YES",
        "command=connect, NO",
        "user=alice 10.0.0.0/8, NO",
        "10.0.0.0/8, LATER",
        "0.0.0.0/8, LATER",
        "a.example, LATER",
        "*:53, LATER"
    })
    void anAssociationByItselfHasNoDestination(String text, RequestPattern.Answer answer) {
        AccessRequest association = request(CLIENT, "guest", Command.UDP_ASSOCIATE, "0.0.0.0:0", null);
        assertThat(RequestPattern.parse(text).test(association)).isEqualTo(answer);
    }

    @Test
    void whoHasNotLoggedInIsNoUser() {
        AccessRequest anonymous = request(CLIENT, null, Command.CONNECT, "10.1.1.1:80", "10.1.1.1:80");
        assertThat(RequestPattern.parse("user=\"\"").test(anonymous)).isEqualTo(RequestPattern.Answer.NO);
        assertThat(RequestPattern.parse("user=null").test(anonymous)).isEqualTo(RequestPattern.Answer.NO);
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.1.1, 10.0.0.0/8, YES",
        "::ffff:10.1.1.1, 10.0.0.0/8, YES",
        "10.1.1.1, ::ffff:10.0.0.0/104, YES",
        "2002:a01:101::1, 10.0.0.0/8, NO",
        "::10.1.1.1, 10.0.0.0/8, NO",
        "64:ff9b::10.1.1.1, 10.0.0.0/8, NO",
        "2002:a01:101::1, 2002::/16, YES",
        "2001:db8::1, 2001:db8::/32, YES",
        "2001:db8::1, 2001:db9::/32, NO"
    })
    void aClientIsWhatItConnectsFromNotWhatIsInsideThat(String client, String pattern, RequestPattern.Answer answer) {
        AccessRequest request = request(client, null, Command.CONNECT, "192.0.2.1:80", "192.0.2.1:80");
        assertThat(RequestPattern.any().client(pattern).test(request)).isEqualTo(answer);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "alice, unix, YES",
                "alice, unix:alice, YES",
                "alice, unix:Alice, NO",
                "alice, unix:alic, NO",
                "alice, 0.0.0.0/0, NO",
                "alice, ::/0, NO",
                "-, unix, YES",
                "-, unix:null, NO",
                "John Doe, unix:John Doe, YES",
            })
    void aLocalClientIsItsUser(@Nullable String user, String pattern, RequestPattern.Answer answer) {
        AccessRequest request = new AccessRequest(
                new ClientAddress.Unix(user), null, Command.CONNECT, Endpoint.of("192.0.2.1", 80), null);
        assertThat(RequestPattern.any().client(pattern).test(request)).isEqualTo(answer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"unix", "unix:alice"})
    void aClientWithAnIpAddressIsNoLocalOne(String pattern) {
        AccessRequest request = request("127.0.0.1", null, Command.CONNECT, "192.0.2.1:80", null);
        assertThat(RequestPattern.any().client(pattern).test(request)).isEqualTo(RequestPattern.Answer.NO);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "10.0.0.0/8:443 user=guest client=192.168.0.0/16 command=connect",
                "*.example.com",
                "user=bücher",
                "user=a=b",
                "user==",
                "user=user=x",
                "user=\"John Doe\"",
                "user=\"\"",
                "user=\"a\\\"b\\\\c\"",
                "user=\" \"",
                "[2001:db8::]/32:80 client=[::1]",
                "client=unix client=unix:alice client=10.0.0.0/8",
                "client=\"unix:John Doe\"",
                "client=\"unix:DOMAIN\\\\alice\"",
                "command=udp-associate command=resolve command=resolve-ptr command=bind command=0x42",
            })
    void printsWhatItReads(String text) {
        assertThat(RequestPattern.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                " * |*",
                "user=guest   10.0.0.0/8|10.0.0.0/8 user=guest",
                "user=\"guest\"|user=guest",
                "\"10.0.0.0/8\"|10.0.0.0/8",
                "command=UDP-Associate|command=udp-associate",
                "command=0x03|command=udp-associate",
                "command=0xAB|command=0xab",
            })
    void hasOneFormOfItsOwn(String text, String printed) {
        assertThat(RequestPattern.parse(text)).hasToString(printed).isEqualTo(RequestPattern.parse(printed));
    }

    @Test
    void theFluentFormIsTheSame() {
        RequestPattern fluent = RequestPattern.any()
                .destination("10.0.0.0/8:443")
                .user("John Doe")
                .client("192.168.0.0/16")
                .command(Command.BIND);
        RequestPattern read =
                RequestPattern.parse("10.0.0.0/8:443 user=\"John Doe\" client=192.168.0.0/16 command=bind");
        assertThat(fluent).isEqualTo(read).hasSameHashCodeAs(read).isNotEqualTo(RequestPattern.any());
        assertThat(RequestPattern.any()).isEqualTo(RequestPattern.parse("*"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "  ",
                "user=",
                "user =guest",
                "user= guest",
                "user=\"guest",
                "user=gu\"est",
                "user=\"a\"b",
                "user=\"a\\b\"",
                "user=a\\b",
                "user=\"a\u0007b\"",
                "User=guest",
                "from=10.0.0.0/8",
                "=10.0.0.0/8",
                "127.1",
                "10.0.0.0/33",
                "10.0.0.0/8,11.0.0.0/8",
                "client=192.168.0.0/16:80",
                "client=192.168.0.0/16:0-1024",
                "client=a.example",
                "client=*",
                "client=unix:",
                "client=\"unix:a\u0007b\"",
                "command=dance",
                "command=0x123",
                "command=-1",
                "command=1"
            })
    void whatIsNoRuleIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> RequestPattern.parse(text));
    }
}
