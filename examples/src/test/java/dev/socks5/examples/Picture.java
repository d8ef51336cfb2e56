package dev.socks5.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A Mermaid picture on a page of the documentation.
 *
 * @param page the page, relative to the project's folder
 * @param title its accessible title, empty if it has none
 * @param text its lines
 */
record Picture(Path page, String title, String text) {

    /** The project's folder. */
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private static final Pattern BLOCK = Pattern.compile("^```mermaid\\R(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern TITLE = Pattern.compile("^\\s*accTitle: (.*)$", Pattern.MULTILINE);
    private static final Pattern MESSAGE = Pattern.compile("^\\s*(\\w+)-(?:>>|\\))(\\w+): (.*)$", Pattern.MULTILINE);
    private static final Pattern BYTES = Pattern.compile("[0-9A-F]{2}(?: [0-9A-F]{2})*");

    /** A message of a sequence diagram, with its bytes as hexadecimal digits; empty if the picture shows none. */
    record Message(String from, String to, String bytes) {}

    /** Returns the pictures of all pages. */
    static List<Picture> all() throws IOException {
        List<Picture> all = new ArrayList<>();
        for (Path page : PagesTest.pages()) {
            all.addAll(on(page));
        }
        return all;
    }

    private static List<Picture> on(Path page) throws IOException {
        return BLOCK.matcher(Files.readString(page))
                .results()
                .map(block -> block.group(1))
                .map(text -> new Picture(ROOT.relativize(page), title(text), text))
                .toList();
    }

    private static String title(String text) {
        Matcher title = TITLE.matcher(text);
        return title.find() ? title.group(1) : "";
    }

    /** Returns the messages that the picture shows with bytes, in its order. */
    List<Message> messages() {
        return MESSAGE.matcher(text)
                .results()
                .map(Picture::message)
                .filter(message -> !message.bytes().isEmpty())
                .toList();
    }

    private static Message message(MatchResult arrow) {
        String bytes = Stream.of(arrow.group(3).split("<br/>"))
                .filter(line -> BYTES.matcher(line).matches())
                .collect(Collectors.joining(" "));
        return new Message(arrow.group(1), arrow.group(2), bytes);
    }
}
