package dev.socks5.server.internal.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import dev.socks5.codec.Command;
import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ReplyCode;
import dev.socks5.server.AccessRequest;
import dev.socks5.server.AccessRule;
import dev.socks5.server.ClientAddress;
import dev.socks5.server.Origin;
import dev.socks5.server.RawClient;
import dev.socks5.server.Resolver;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Verdict;
import dev.socks5.server.internal.net.SystemNetwork;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.ArgumentCaptor;

/** From what the client wrote to what is dialled. */
@Timeout(60)
class DestinationTest {

    private static final ClientAddress CLIENT = ClientAddress.of(new InetSocketAddress("127.0.0.1", 40_000));

    private final AccessRule rule = mock(AccessRule.class);
    private final Resolver resolver = mock(Resolver.class);
    private final Screening screening = new Screening(
            rule,
            new DefaultRule(new SystemNetwork(), List.of(new InetSocketAddress("127.0.0.1", 1080)), false),
            resolver);

    private Screening.Outcome screen(Endpoint destination) {
        return screening.screen(new AccessRequest(CLIENT, null, Command.CONNECT, destination, null), Screening.DIRECT);
    }

    private static Endpoint named(String octets) {
        return new Endpoint(new DomainName(octets), 80);
    }

    private void undecided() {
        when(rule.judge(any())).thenReturn(Verdict.undecided());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\0", "a\0b", "example.com\0.evil.com", "a b", " ", "a\tb", "a\r\nb", "a\u007fb", "a\u00e4b", ".",
                        "a..b",
                ".a", "-a", "a-", "a/b", "a@b", "[::1]x", "fe80::1%lo", "\u001b[31m", "%", "*", "a:80"
            })
    void whatIsNoHostNameIsRefusedBeforeAnyoneSeesIt(String octets) {
        Screening.Outcome outcome = screen(named(octets));
        assertThat(outcome.code()).isEqualTo(ReplyCode.HOST_UNREACHABLE);
        verifyNoInteractions(rule, resolver);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.1",
                "0177.0.0.1",
                "0x7f.1",
                "2130706433",
                "0x7f000001",
                "017700000001",
                "127.0.0.1.",
                "1.2.3",
                "127.0.0.01",
                "1.2.3.256",
                "example.0x10"
            })
    void oddFormsOfAddressesAreRefusedNotResolved(String octets) {
        assertThat(screen(named(octets)).code()).isEqualTo(ReplyCode.HOST_UNREACHABLE);
        verifyNoInteractions(rule, resolver);
    }

    @ParameterizedTest
    @CsvSource({
        "169.254.169.254, never by default: 169.254.0.0/16",
        "::ffff:169.254.169.254, never by default: 169.254.0.0/16",
        "[fe80::1], never by default: fe80::/10",
        "0.0.0.0, never by default: 0.0.0.0/8"
    })
    void anAddressWrittenAsANameGetsWhatTheAddressGets(String octets, String reason) {
        undecided();
        Screening.Outcome outcome = screen(named(octets));
        assertThat(outcome.code()).isEqualTo(ReplyCode.NOT_ALLOWED);
        assertThat(outcome.reason()).isEqualTo(reason);
        verifyNoInteractions(resolver);
    }

    @Test
    void rulesResolverAndLogSeeOneForm() throws Exception {
        undecided();
        when(resolver.resolve("example.com")).thenReturn(List.of(InetAddress.getByName("127.0.0.1")));
        assertThat(screen(named("EXAMPLE.Com.")).granted()).isTrue();
        ArgumentCaptor<AccessRequest> judged = ArgumentCaptor.forClass(AccessRequest.class);
        verify(rule, times(2)).judge(judged.capture());
        assertThat(judged.getAllValues()).extracting(AccessRequest::destination).containsOnly(named("example.com"));
        assertThat(judged.getAllValues())
                .extracting(AccessRequest::resolved)
                .containsExactly(null, Endpoint.of("127.0.0.1", 80));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "::ffff:169.254.169.254",
                "::169.254.169.254",
                "64:ff9b::169.254.169.254",
                "2002:a9fe:a9fe::1",
                "2002:a9fe:a9fe:ffff::"
            })
    void anIpv4AddressInsideAnIpv6OneIsJudged(String address) {
        undecided();
        assertThat(screen(Endpoint.of(address, 80)).code()).isEqualTo(ReplyCode.NOT_ALLOWED);
    }

    @Test
    void aMappedAddressIsDialledAsTheIpv4AddressThatItIs() {
        undecided();
        assertThat(screen(Endpoint.of("::ffff:127.0.0.1", 80)).addresses())
                .containsExactly(new InetSocketAddress("127.0.0.1", 80));
    }

    @Test
    void aNameDeniedIsNotLookedUp() throws Exception {
        when(rule.judge(any())).thenReturn(Verdict.deny("on purpose"));
        Screening.Outcome outcome = screen(named("example.com"));
        assertThat(outcome.code()).isEqualTo(ReplyCode.NOT_ALLOWED);
        assertThat(outcome.reason()).isEqualTo("on purpose");
        verify(resolver, never()).resolve(any());
    }

    @Test
    void allowingANameDoesNotAllowWhereItPoints() throws Exception {
        when(rule.judge(any()))
                .thenAnswer(call -> call.getArgument(0, AccessRequest.class).resolved() == null
                        ? Verdict.allow("the name")
                        : Verdict.undecided());
        when(resolver.resolve("rebound.example")).thenReturn(List.of(InetAddress.getByName("169.254.169.254")));
        assertThat(screen(named("rebound.example")).code()).isEqualTo(ReplyCode.NOT_ALLOWED);
    }

    @Test
    void everyAddressIsJudgedAndOnlyThoseAllowedAreDialled() throws Exception {
        undecided();
        when(resolver.resolve("mixed.example"))
                .thenReturn(List.of(
                        InetAddress.getByName("169.254.169.254"),
                        InetAddress.getByName("127.0.0.2"),
                        InetAddress.getByName("ff02::1"),
                        InetAddress.getByName("127.0.0.3")));
        assertThat(screen(named("mixed.example")).addresses())
                .containsExactly(new InetSocketAddress("127.0.0.2", 80), new InetSocketAddress("127.0.0.3", 80));
    }

    @Test
    void aNameIsLookedUpOnceAndItsAnswerIsWhatIsDialled() throws Exception {
        try (Origin origin = new Origin()) {
            // Rebinding: a second look-up would lead to an address that nobody judged.
            when(resolver.resolve("flips.example"))
                    .thenReturn(List.of(InetAddress.getByName("127.0.0.1")))
                    .thenThrow(new IOException("looked up twice"));
            try (Socks5Server server = Socks5Server.builder()
                            .listen("127.0.0.1", 0)
                            .resolver(resolver)
                            .start();
                    RawClient client = new RawClient(server)) {
                client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
                client.send(RawClient.connect("flips.example", origin.port())).expectSuccess();
                origin.take();
            }
            verify(resolver, times(1)).resolve(any());
        }
    }

    @Test
    void hostileNamesAreAnsweredOverTheWireToo() throws Exception {
        try (Socks5Server server = Socks5Server.builder()
                        .listen("127.0.0.1", 0)
                        .resolver(resolver)
                        .start();
                RawClient client = new RawClient(server)) {
            client.send(RawClient.GREETING).expect(RawClient.ANONYMOUS);
            client.send(RawClient.connect("a\r\nb", 80)).expectFailure(0x04);
            verifyNoInteractions(resolver);
        }
    }
}
