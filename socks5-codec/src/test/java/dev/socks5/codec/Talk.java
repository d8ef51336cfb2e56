package dev.socks5.codec;

import dev.socks5.codec.Spoken.Word;
import dev.socks5.testing.FakeContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A handshake that goes well, word by word, with names and logins as short as they can be: few bytes can be split in
 * every way.
 */
record Talk(Method method, Command command) {

    static final Endpoint DESTINATION = Endpoint.of("a", 80);

    /** A method, and its words up to the request. GSSAPI comes to no protection. */
    enum Method {
        NONE(0x00),
        PASSWORD(0x02),
        PRIVATE(0x80),
        GSSAPI(0x01);

        private final int code;

        Method(int code) {
            this.code = code;
        }

        private List<Word> words() {
            return switch (this) {
                case NONE -> List.of();
                case PASSWORD -> List.of(Word.client("01 01 75 01 70"), Word.server("01 00"));
                case PRIVATE -> List.of(Word.client("AABB"), Word.server("CCDD"));
                case GSSAPI ->
                    List.of(
                            Word.client("01 01 0001 75"),
                            Word.server("01 01 0002 6869"),
                            Word.client("01 02 0001 00"),
                            Word.server("01 02 0001 00"));
            };
        }

        /** What a server says that denies access. */
        String no() {
            return switch (this) {
                case NONE -> throw new IllegalStateException("it has no words");
                case PASSWORD -> "01 01";
                case PRIVATE -> "CC DE";
                case GSSAPI -> "01 FF";
            };
        }

        /** What a client makes of that. */
        String denial() {
            return this == PRIVATE ? "MalformedMessageException" : "AuthenticationFailedException";
        }

        int code() {
            return code;
        }

        ClientNegotiation client() {
            return switch (this) {
                case NONE -> ClientNegotiation.noAuthentication();
                case PASSWORD -> ClientNegotiation.password(new PasswordRequest("u", "p"));
                case PRIVATE -> Spoken.client(code, words().toArray(Word[]::new));
                case GSSAPI -> ClientNegotiation.gssapi(FakeContext.initiator("u"), ProtectionLevel.NONE, true);
            };
        }

        ServerNegotiation server() {
            return switch (this) {
                case NONE -> ServerNegotiation.noAuthentication();
                case PASSWORD ->
                    ServerNegotiation.password(login -> Optional.of(login)
                            .filter(said -> said.equals(new PasswordRequest("u", "p")))
                            .map(said -> Spoken.USER));
                case PRIVATE -> Spoken.server(code, words().toArray(Word[]::new));
                case GSSAPI ->
                    ServerNegotiation.gssapi(
                            FakeContext.acceptor(),
                            ProtectionLevel.NONE,
                            ProtectionLevel.CONFIDENTIALITY,
                            true,
                            name -> Optional.of(() -> name));
            };
        }
    }

    /** Every method with a command of one reply, and with the one of two. */
    static List<Talk> all() {
        return Stream.of(Method.values())
                .flatMap(method -> Stream.of(new Talk(method, Command.CONNECT), new Talk(method, Command.BIND)))
                .toList();
    }

    List<Word> words() {
        List<Word> words = new ArrayList<>();
        words.add(Word.client("05 01 %02X".formatted(method.code)));
        words.add(Word.server("05 %02X".formatted(method.code)));
        words.addAll(method.words());
        words.add(Word.client("05 %02X 00 03 01 61 0050".formatted(command.code())));
        words.add(Word.server("05 00 00 03 01 62 0001"));
        if (command.equals(Command.BIND)) {
            words.add(Word.server("05 00 00 03 01 63 0002"));
        }
        return words;
    }

    /** The index of the request among the words. */
    int requestAt() {
        return 2 + method.words().size();
    }

    Request request() {
        return new Request(command, DESTINATION);
    }

    /** The reply that the server gives first, or second. */
    static Reply reply(int index) {
        return Reply.success(Endpoint.of(index == 0 ? "b" : "c", index + 1));
    }

    ClientHandshake client() {
        return new ClientHandshake(request(), List.of(method.client()), null);
    }

    /** Everything that one side says, as digits. */
    static String said(List<Word> words, boolean byClient) {
        return words.stream()
                .filter(word -> word.byClient() == byClient)
                .map(word -> word.hex().replace(" ", ""))
                .collect(Collectors.joining());
    }
}
