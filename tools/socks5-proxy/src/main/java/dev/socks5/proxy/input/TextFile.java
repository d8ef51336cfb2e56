package dev.socks5.proxy.input;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Files that the operator has written, in UTF-8 whatever the locale. */
public final class TextFile {

    private static final String BYTE_ORDER_MARK = "\ufeff";

    private TextFile() {}

    /**
     * Reads a file, without a byte order mark.
     *
     * @throws IllegalArgumentException if it is not in UTF-8, with the number of the line
     */
    public static String read(Path file) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file));
        CharBuffer text = CharBuffer.allocate(in.remaining());
        CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(in, text, true);
        text.flip();
        if (result.isError()) {
            long line = 1 + text.chars().filter(c -> c == '\n').count();
            throw new IllegalArgumentException("line " + line + ": not in UTF-8");
        }
        return text.toString().replaceFirst("^" + BYTE_ORDER_MARK, "");
    }

    /**
     * Reads a text line by line. Blanks around a line are dropped, empty lines and those that start with # skipped.
     *
     * @param parser throws {@link IllegalArgumentException} with what is wrong
     * @return what the parser makes of each line
     * @throws IllegalArgumentException with the number of the line, and what is wrong
     */
    public static <T> List<T> lines(String text, Function<String, T> parser) {
        List<T> values = new ArrayList<>();
        int number = 0;
        for (String raw : text.lines().toList()) {
            number++;
            String line = raw.strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            try {
                values.add(parser.apply(line));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("line " + number + ": " + e.getMessage(), e);
            }
        }
        return values;
    }

    /** Tells why a file could not be read or written, in words. */
    public static String reason(IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return "no such file or directory";
        }
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        String reason = failure instanceof FileSystemException system ? system.getReason() : failure.getMessage();
        return reason == null ? failure.toString() : reason;
    }
}
