package dev.socks5.proxy.input;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * A text file that an option names.
 *
 * @param option the option's name, for messages
 */
public record GivenFile(String option, Path path) {

    /**
     * What was read.
     *
     * @param value what the parser has made of it
     * @param doubt why this may be half of what is still being written; empty if the last line has an end
     */
    public record Content<T>(T value, Optional<String> doubt) {}

    /**
     * Reads the file.
     *
     * @param parser gets the whole text; throws {@link IllegalArgumentException} with what is wrong
     * @throws UnreadableFileException if the file cannot be read
     * @throws IllegalArgumentException with the option, the file, the line, and what is wrong
     */
    public <T> Content<T> read(Function<String, T> parser) {
        try {
            String text = TextFile.read(path);
            return new Content<>(parser.apply(text), doubt(text).map(this::of));
        } catch (IOException e) {
            throw new UnreadableFileException("cannot read " + option + " " + path + ": " + TextFile.reason(e), e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(of(e.getMessage()), e);
        }
    }

    private String of(String complaint) {
        return option + " " + path + ": " + complaint;
    }

    private static Optional<String> doubt(String text) {
        boolean ended = text.isEmpty() || text.endsWith("\n") || text.endsWith("\r");
        return ended
                ? Optional.empty()
                : Optional.of(
                        "line " + text.lines().count() + ": no line end behind it, as if half the file were missing");
    }

    /** Tells whether it is a pipe or the like, which can be read only once, and whose reader may have to wait. */
    public boolean isStream() {
        return Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path);
    }
}
