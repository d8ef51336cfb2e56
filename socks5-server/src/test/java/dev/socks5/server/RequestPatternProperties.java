package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Command;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class RequestPatternProperties {

    @Property
    void printsWhatItReads(@ForAll("matches") RequestPattern match) {
        RequestPattern read = RequestPattern.parse(match.toString());
        assertThat(read).isEqualTo(match).hasToString(match.toString());
    }

    @Property
    void whateverIsReadIsPrintedAsItself(@ForAll("texts") String text) {
        RequestPattern match;
        try {
            match = RequestPattern.parse(text);
        } catch (IllegalArgumentException e) {
            return;
        }
        assertThat(RequestPattern.parse(match.toString())).hasToString(match.toString());
    }

    @Provide
    Arbitrary<RequestPattern> matches() {
        Arbitrary<List<String>> destinations =
                some(Arbitraries.of("*", "10.0.0.0/8", "[::1]:80-90", "a.example:443", "*.example", "::/0", "*:25"));
        Arbitrary<List<String>> clients = some(Arbitraries.of("10.0.0.0/8", "[::1]", "2001:db8::/32", "192.0.2.1"));
        Arbitrary<List<String>> users = some(Arbitraries.strings()
                .ofMaxLength(20)
                .filter(name -> name.chars().noneMatch(Character::isISOControl)));
        Arbitrary<List<Command>> commands =
                some(Arbitraries.integers().between(0x00, 0xFF).map(Command::of));
        return Combinators.combine(destinations, users, clients, commands).as((to, names, from, what) -> {
            RequestPattern match = RequestPattern.any();
            for (String pattern : to) {
                match = match.destination(pattern);
            }
            for (String name : names) {
                match = match.user(name);
            }
            for (String pattern : from) {
                match = match.client(pattern);
            }
            for (Command command : what) {
                match = match.command(command);
            }
            return match;
        });
    }

    private static <T> Arbitrary<List<T>> some(Arbitrary<T> one) {
        return one.list().ofMaxSize(3);
    }

    @Provide
    Arbitrary<String> texts() {
        return Arbitraries.of(
                        "user=", "client=", "command=", "bind", "10.0.0.0/8", "*", "a", "\"", "\\", " ", "=", ":80")
                .list()
                .ofMaxSize(12)
                .map(parts -> String.join("", parts));
    }
}
