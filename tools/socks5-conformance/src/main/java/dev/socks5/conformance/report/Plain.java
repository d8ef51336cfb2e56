package dev.socks5.conformance.report;

/** Makes text safe to show, whoever wrote it: on a terminal, in XML and in lines. */
final class Plain {

    private Plain() {}

    /** Returns one line without anything that a terminal or XML does not take for a character. */
    static String line(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (isPlain(c)) {
                plain.appendCodePoint(c);
            } else {
                plain.append(c <= 0xFFFF ? "\\u%04x".formatted(c) : "\\u{%x}".formatted(c));
            }
        });
        return plain.toString();
    }

    private static boolean isPlain(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    /** Breaks a line at its blanks, so that no line is longer than {@code width}, except a longer word. */
    static String wrapped(String line, int width, String indent) {
        StringBuilder text = new StringBuilder();
        int column = 0;
        for (String word : line.split(" ", -1)) {
            if (column > 0 && column + 1 + word.length() > width) {
                text.append('\n').append(indent);
                column = 0;
            } else if (column > 0) {
                text.append(' ');
                column++;
            }
            text.append(word);
            column += word.length();
        }
        return text.toString();
    }
}
