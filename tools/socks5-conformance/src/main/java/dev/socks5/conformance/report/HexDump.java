package dev.socks5.conformance.report;

import dev.socks5.conformance.suite.Label;
import dev.socks5.conformance.suite.Transcript;
import dev.socks5.conformance.suite.Transcript.Direction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Writes what was sent and received in hex, with the name and the meaning of each field beside it. */
final class HexDump {

    /** What connections to the program under test are called. */
    private static final Set<String> UNDER_TEST = Set.of("proxy", "program");

    private static final int COLUMNS = 16;
    private static final int MOST = 64;
    private static final int NAME = 8;

    private HexDump() {}

    /** Returns the lines of all entries. */
    static List<String> of(List<Transcript.Entry> entries) {
        Pieces pieces = new Pieces();
        return entries.stream()
                .flatMap(entry -> of(entry, pieces.fields(entry)).stream())
                .toList();
    }

    private static List<String> of(Transcript.Entry entry, List<Field> fields) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(Locale.ROOT, "%+5d ms  %s", entry.at().toMillis(), head(entry)));
        byte[] bytes = entry.bytes();
        int left = MOST;
        for (Field field : fields) {
            int to = Math.min(field.to(), field.from() + left);
            for (int from = field.from(); from < to; from += COLUMNS) {
                lines.add(line(field, bytes, from, Math.min(to, from + COLUMNS)));
            }
            left -= to - field.from();
        }
        if (entry.length() > MOST) {
            lines.add("          and " + (entry.length() - MOST) + " bytes more");
        }
        return lines;
    }

    private static String head(Transcript.Entry entry) {
        String connection = Plain.line(entry.connection());
        if (entry.direction() == Direction.NOTE) {
            return connection + ": " + Plain.line(String.valueOf(entry.note()));
        }
        String label = entry.label() == Label.RAW
                ? ""
                : entry.label().name().toLowerCase(Locale.ROOT).replace('_', ' ') + ", ";
        boolean sent = entry.direction() == Direction.SENT;
        // The other connections, such as that of a destination, are the suite's own at their far ends.
        String preposition = !UNDER_TEST.contains(connection) ? " at " : sent ? " to " : " from ";
        return (sent ? "sent" : "received") + preposition + connection + ": " + label + bytes(entry.length());
    }

    private static String bytes(int count) {
        return count == 1 ? "1 byte" : count + " bytes";
    }

    private static String line(Field field, byte[] bytes, int from, int to) {
        StringBuilder hex = new StringBuilder("          ");
        for (int i = from; i < to; i++) {
            hex.append(String.format(Locale.ROOT, "%02X ", bytes[i]));
        }
        String name = from == field.from() ? field.name() : "";
        String meaning = from == field.from() ? field.meaning() : "";
        if (field.name().isEmpty()) {
            meaning = text(bytes, from, to);
        }
        // Short fields stand in a narrow column; a long one fills the line, and has its name behind it.
        int width = field.to() - field.from() <= 4 ? 12 : 3 * COLUMNS;
        String padded = String.format(Locale.ROOT, "%-" + (10 + width) + "s", hex);
        String named = field.name().isEmpty() ? padded : padded + String.format("%-" + NAME + "s", name) + "  ";
        return (named + meaning).stripTrailing();
    }

    private static String text(byte[] bytes, int from, int to) {
        String text = new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
        return text.replaceAll("[^ -~]", ".");
    }
}
