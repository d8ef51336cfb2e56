package dev.socks5.examples;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.codec.Reply;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.Request;
import dev.socks5.codec.Socks5Exception;
import dev.socks5.examples.Picture.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Checks the bytes on the page about the protocol: the codec writes the same. */
class ProtocolPageTest {

    /** The titles of the pictures, which have no other conversations. */
    static final List<String> TITLES =
            List.of("CONNECT without a login", "CONNECT with a login", "Three refusals", "BIND", "UDP ASSOCIATE");

    private static final Path PAGE = Path.of("docs", "protocol.md");
    private static final Pattern BLOCK = Pattern.compile("^```(\\w*)\\R(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern ROW = Pattern.compile("^((?:[0-9A-F]{2} )+) .*$", Pattern.MULTILINE);

    /** The last message of GSSAPI, which no picture shows. */
    private static final String ABORT = "01 FF";

    private static final Request CONNECT = Request.connect(Endpoint.of("example.com", 443));
    private static final Reply CONNECTED = Reply.success(Endpoint.of("203.0.113.5", 40_000));

    @ParameterizedTest
    @FieldSource("TITLES")
    void pictureShowsWhatTheCodecWrites(String title) throws IOException {
        assertThat(pictures())
                .filteredOn(picture -> picture.title().equals(title))
                .singleElement()
                .extracting(Picture::messages)
                .isEqualTo(conversation(title).messages());
    }

    @Test
    void everyTableHasTheBytesOfAMessageInThePictures() throws IOException {
        Set<String> shown = pictures().stream()
                .flatMap(picture -> picture.messages().stream())
                .map(Message::bytes)
                .collect(toSet());
        List<String> tables = BLOCK.matcher(Files.readString(Picture.ROOT.resolve(PAGE)))
                .results()
                .filter(block -> block.group(1).isEmpty())
                .map(table -> table.group(2))
                .filter(table -> !table.contains(" ... ")) // a token of GSSAPI, whose bytes are any
                .map(ProtocolPageTest::bytes)
                .toList();
        assertThat(tables).hasSizeGreaterThan(5).allMatch(bytes -> bytes.equals(ABORT) || shown.contains(bytes));
    }

    private static String bytes(String table) {
        return ROW.matcher(table).results().map(row -> row.group(1).strip()).collect(joining(" "));
    }

    private static List<Picture> pictures() throws IOException {
        return Picture.all().stream()
                .filter(picture -> picture.page().equals(PAGE))
                .toList();
    }

    private static Conversation conversation(String title) throws Socks5Exception {
        Conversation conversation = new Conversation();
        return switch (title) {
            case "CONNECT without a login" -> conversation.open(CONNECT, CONNECTED);
            case "CONNECT with a login" ->
                conversation.guarded(new PasswordRequest("alice", "secret"), CONNECT, CONNECTED);
            case "Three refusals" ->
                conversation
                        .closed(CONNECT)
                        .guarded(new PasswordRequest("alice", "wrong"), CONNECT)
                        .open(CONNECT, Reply.failure(ReplyCode.CONNECTION_REFUSED));
            case "BIND" ->
                conversation.open(
                        new Request(Command.BIND, Endpoint.of("192.0.2.21", 20)),
                        Reply.success(Endpoint.of("203.0.113.5", 40_001)),
                        Reply.success(Endpoint.of("192.0.2.21", 20)));
            case "UDP ASSOCIATE" ->
                conversation
                        .open(
                                new Request(Command.UDP_ASSOCIATE, Endpoint.of("0.0.0.0", 0)),
                                Reply.success(Endpoint.of("203.0.113.5", 40_002)))
                        .datagrams(Endpoint.of("192.0.2.53", 53), "ping", "pong");
            default -> throw new IllegalArgumentException(title);
        };
    }
}
