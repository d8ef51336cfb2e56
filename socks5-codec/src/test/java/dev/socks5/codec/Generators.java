package dev.socks5.codec;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.domains.DomainContextBase;

/** Random values of every type of the protocol. */
class Generators extends DomainContextBase {

    @Provide
    Arbitrary<AuthMethod> methods() {
        return Arbitraries.integers().between(0x00, 0xFF).map(AuthMethod::of);
    }

    @Provide
    Arbitrary<Command> commands() {
        return Arbitraries.oneOf(
                        Arbitraries.integers().between(0x01, 0x03),
                        Arbitraries.integers().between(0x00, 0xFF))
                .map(Command::of);
    }

    @Provide
    Arbitrary<ReplyCode> replyCodes() {
        return Arbitraries.oneOf(Arbitraries.just(0x00), Arbitraries.integers().between(0x00, 0xFF))
                .map(ReplyCode::of);
    }

    @Provide
    Arbitrary<Ipv4Address> ipv4() {
        return Arbitraries.integers().map(Ipv4Address::new);
    }

    /** Many zero groups, and many of the prefixes that carry an IPv4 address. */
    @Provide
    Arbitrary<Ipv6Address> ipv6() {
        Arbitrary<Integer> group = Arbitraries.frequencyOf(
                Tuple.of(5, Arbitraries.just(0)),
                Tuple.of(4, Arbitraries.integers().between(0, 0xFFFF)),
                Tuple.of(1, Arbitraries.of(0x64, 0xFF9B, 0x2002, 0xFFFF)));
        Arbitrary<Ipv6Address> mapped = Arbitraries.integers()
                .map(bits -> new Ipv6Address(0, 0xFFFF_0000_0000L | Integer.toUnsignedLong(bits)));
        return Arbitraries.frequencyOf(Tuple.of(9, group.list().ofSize(8).map(Generators::ipv6)), Tuple.of(1, mapped));
    }

    private static Ipv6Address ipv6(List<Integer> groups) {
        long high = 0;
        long low = 0;
        for (int i = 0; i < 4; i++) {
            high = (high << 16) | groups.get(i);
            low = (low << 16) | groups.get(i + 4);
        }
        return new Ipv6Address(high, low);
    }

    @Provide
    Arbitrary<DomainName> names() {
        Arbitrary<String> plain = Arbitraries.strings()
                .withCharRange('a', 'z')
                .withChars(".-")
                .ofMinLength(1)
                .ofMaxLength(30);
        return Arbitraries.oneOf(plain, octets(1)).map(DomainName::new);
    }

    @Provide
    Arbitrary<Address> addresses() {
        return Arbitraries.oneOf(ipv4(), ipv6(), names());
    }

    @Provide
    Arbitrary<Endpoint> endpoints() {
        return Combinators.combine(addresses(), Arbitraries.integers().between(0, 0xFFFF))
                .as(Endpoint::new);
    }

    @Provide
    Arbitrary<Greeting> greetings() {
        return methods().list().ofMaxSize(255).map(Greeting::new);
    }

    @Provide
    Arbitrary<MethodSelection> selections() {
        return methods().map(MethodSelection::new);
    }

    @Provide
    Arbitrary<PasswordRequest> logins() {
        return Combinators.combine(octets(0), octets(0)).as(PasswordRequest::new);
    }

    @Provide
    Arbitrary<PasswordResponse> loginResults() {
        return Arbitraries.oneOf(Arbitraries.just(0x00), Arbitraries.integers().between(0x00, 0xFF))
                .map(PasswordResponse::new);
    }

    @Provide
    Arbitrary<Request> requests() {
        return Combinators.combine(commands(), endpoints()).as(Request::new);
    }

    @Provide
    Arbitrary<Reply> replies() {
        return Combinators.combine(replyCodes(), endpoints()).as(Reply::new);
    }

    @Provide
    Arbitrary<UdpHeader> headers() {
        return Combinators.combine(Arbitraries.integers().between(0x00, 0xFF), endpoints())
                .as(UdpHeader::new);
    }

    @Provide
    Arbitrary<GssapiMessage> gssapiMessages() {
        Arbitrary<GssapiToken> tokens =
                Arbitraries.bytes().array(byte[].class).ofMaxSize(300).map(GssapiToken::of);
        return Arbitraries.oneOf(
                tokens.map(GssapiMessage.Authentication::new),
                tokens.map(GssapiMessage.LevelNegotiation::new),
                tokens.map(GssapiMessage.Encapsulated::new),
                Arbitraries.create(GssapiMessage.Abort::new));
    }

    @Provide
    Arbitrary<GssapiScript> gssapiScripts() {
        Arbitrary<ProtectionLevel> levels = Arbitraries.integers().between(0, 3).map(ProtectionLevel::new);
        Arbitrary<String> names = Arbitraries.frequencyOf(
                Tuple.of(9, Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(20)),
                Tuple.of(1, Arbitraries.just("nobody")));
        Arbitrary<Boolean> inClear = Arbitraries.of(true, false);
        return Combinators.combine(requests(), replies(), replies(), names, levels, levels, inClear, inClear)
                .as(GssapiScript::new);
    }

    @Provide
    Arbitrary<Script> scripts() {
        Arbitrary<AuthMethod> selected = Arbitraries.frequency(
                Tuple.of(4, AuthMethod.USERNAME_PASSWORD),
                Tuple.of(3, AuthMethod.NO_AUTHENTICATION),
                Tuple.of(1, AuthMethod.NO_ACCEPTABLE));
        return Combinators.combine(requests(), logins().injectNull(0.3), selected, loginResults(), replies(), replies())
                .as(Script::of);
    }

    /** Sizes of the pieces that a stream arrives in, to be used over and over. */
    @Provide
    Arbitrary<Pieces> pieces() {
        return Arbitraries.oneOf(
                        Arbitraries.of(List.of(1), List.of(Integer.MAX_VALUE)),
                        Arbitraries.integers()
                                .between(1, 12)
                                .list()
                                .ofMinSize(1)
                                .ofMaxSize(20))
                .map(Pieces::new);
    }

    record Pieces(List<Integer> sizes) {
        int size(int index) {
            return sizes.get(index % sizes.size());
        }
    }

    private static Arbitrary<String> octets(int least) {
        return Arbitraries.strings()
                .withCharRange('\u0000', '\u00FF')
                .ofMinLength(least)
                .ofMaxLength(255);
    }
}
