package dev.socks5.proxy;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads a file of options: arguments with blanks or line ends between them. One that has blanks, or begins with
 * {@code #}, stands in quotes of either kind; a backslash in there stands before a quote or another backslash. From a
 * {@code #} where an argument could begin to the end of its line is a comment. What could be read in two ways is
 * refused.
 */
final class OptionFile {

    private final String text;
    private int position;

    OptionFile(String text) {
        this.text = text;
    }

    /** @throws IllegalArgumentException with the line; the text is not repeated, because it may be a secret */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        while (skipToArgument()) {
            arguments.add(isQuote(text.charAt(position)) ? quoted() : plain());
        }
        return arguments;
    }

    /** Whether there is one more. */
    private boolean skipToArgument() {
        boolean comment = false;
        while (position < text.length()) {
            char c = text.charAt(position);
            comment = c != '\n' && c != '\r' && (comment || c == '#');
            if (!comment && !isBlank(c)) {
                return true;
            }
            position++;
        }
        return false;
    }

    private String plain() {
        int start = position;
        while (!atEnd()) {
            if (isQuote(text.charAt(position))) {
                throw wrong("a quote inside an argument; put the whole argument in quotes");
            }
            position++;
        }
        return text.substring(start, position);
    }

    private String quoted() {
        int start = position;
        char quote = text.charAt(position++);
        StringBuilder argument = new StringBuilder();
        while (position < text.length() && text.charAt(position) != quote) {
            if (text.charAt(position) == '\\') {
                position++;
                boolean escapes =
                        position < text.length() && (isQuote(text.charAt(position)) || text.charAt(position) == '\\');
                if (!escapes) {
                    throw wrong("in quotes, a backslash stands before a quote or another backslash");
                }
            }
            argument.append(text.charAt(position++));
        }
        if (position == text.length()) {
            position = start;
            throw wrong("a quote without an end");
        }
        position++;
        if (!atEnd()) {
            throw wrong("a quote ends inside an argument; put the whole argument in quotes");
        }
        return argument.toString();
    }

    private boolean atEnd() {
        return position == text.length() || isBlank(text.charAt(position));
    }

    private IllegalArgumentException wrong(String how) {
        long line =
                1 + text.substring(0, position).chars().filter(c -> c == '\n').count();
        return new IllegalArgumentException("line " + line + ": " + how);
    }

    private static boolean isBlank(char c) {
        return c <= ' ';
    }

    private static boolean isQuote(char c) {
        return c == '"' || c == '\'';
    }
}
