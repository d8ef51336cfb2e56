package dev.socks5.conformance.report;

import dev.socks5.conformance.report.LeagueEntry.Result;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Verdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes the page that compares programs, in Markdown, from their results alone. */
public final class LeaguePage {

    private static final int WIDTH = 130;
    private static final int COMMON = 3;

    private final List<LeagueEntry> entries;
    private final StringBuilder text = new StringBuilder();

    private LeaguePage(List<LeagueEntry> entries) {
        this.entries = entries;
    }

    /**
     * Returns the page.
     *
     * @param results what {@link JsonReport} has written, in the order of the rows; several runs of one program are
     *     taken together
     * @throws IOException if one of them is something else
     */
    public static String of(List<String> results) throws IOException {
        List<LeagueEntry> entries = new ArrayList<>();
        for (String result : results) {
            LeagueEntry entry = LeagueEntry.read(result);
            int same = 0;
            while (same < entries.size() && !entries.get(same).isOfSameProgram(entry)) {
                same++;
            }
            if (same < entries.size()) {
                entries.set(same, entries.get(same).and(entry));
            } else {
                entries.add(entry);
            }
        }
        return new LeaguePage(entries).write();
    }

    private String write() {
        paragraph("# Programs in the conformance suite");
        paragraph("This page is made by `socks5-conformance table` from the results in"
                + " [tools/socks5-conformance/league](../tools/socks5-conformance/league); please change nothing here by"
                + " hand. It shows what [the suite](../tools/socks5-conformance/README.md) says of programs that people"
                + " use every day. They are good programs, most of them older than the suite, and each line below is a"
                + " hint at how one could be made better still. The one called socks5 is made by the authors of the"
                + " suite, who mended what it found. Several lines often have one cause. Whoever thinks that a line is unfair is asked to"
                + " [say so](../tools/socks5-conformance/README.md#dispute-a-case).");
        paragraph("In each cell stands how many cases passed, of those that could be tried. Not tried is what a program"
                + " does not offer, which no RFC asks of it, and what the run left out. A figure says how many habits of"
                + " a program match the suite, and not how good the program is: one failure can matter more than ten, and"
                + " what could be tried differs from row to row. What a case sends and accepts is printed by the suite's"
                + " `list --verbose`; [how each program was started](../tools/socks5-conformance/league/run) stands beside"
                + " the results. HAProxy stands in front of ours, to see what a balancer changes; Tor has a private"
                + " network of its own.");
        for (Side side : Side.values()) {
            List<LeagueEntry> those =
                    entries.stream().filter(entry -> entry.side() == side).toList();
            if (!those.isEmpty()) {
                side(side, those);
            }
        }
        return text.toString().stripTrailing() + "\n";
    }

    private void side(Side side, List<LeagueEntry> those) {
        paragraph("## " + (side == Side.SERVER ? "Servers" : "Clients"));
        levels(those);
        groups(those);
        common(those);
        those.forEach(this::failures);
    }

    private void levels(List<LeagueEntry> those) {
        row(Stream.concat(
                Stream.of("program", "version"),
                Stream.concat(Stream.of(Level.values()).map(Level::toString), Stream.of("all", "not tried"))));
        rule(Level.values().length + 4);
        for (LeagueEntry entry : those) {
            List<String> cells = new ArrayList<>();
            cells.add(link(entry));
            cells.add(escaped(entry.program().version()));
            for (Level level : Level.values()) {
                cells.add(cell(entry, result -> result.level() == level));
            }
            cells.add(cell(entry, result -> true));
            cells.add(""
                    + entry.results().stream()
                            .filter(result -> !isTried(result))
                            .count());
            row(cells.stream());
        }
        text.append('\n');
    }

    private void groups(List<LeagueEntry> those) {
        Set<String> groups = those.stream()
                .flatMap(entry -> entry.results().stream())
                .map(Result::group)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        row(Stream.concat(Stream.of("program"), groups.stream()));
        rule(groups.size() + 1);
        for (LeagueEntry entry : those) {
            Stream<String> cells = groups.stream()
                    .map(group -> cell(entry, result -> result.group().equals(group)));
            row(Stream.concat(Stream.of(link(entry)), cells));
        }
        text.append('\n');
    }

    /** Writes which cases several programs fail: what they have in common, or where the suite may be wrong. */
    private void common(List<LeagueEntry> those) {
        Map<String, List<String>> programs = new TreeMap<>();
        for (LeagueEntry entry : those) {
            for (Result failed : failed(entry)) {
                programs.computeIfAbsent(failed.id(), id -> new ArrayList<>())
                        .add(entry.program().name());
            }
        }
        programs.values().removeIf(names -> names.size() < COMMON);
        if (programs.isEmpty()) {
            return;
        }
        row(Stream.of("case", "programs that fail it"));
        rule(2);
        programs.forEach((id, names) -> row(Stream.of("`" + id + "`", escaped(String.join(", ", names)))));
        text.append('\n');
    }

    private void failures(LeagueEntry entry) {
        paragraph("### " + heading(entry));
        List<Result> failed = failed(entry);
        String reasons = entry.results().stream()
                .filter(result -> !isTried(result))
                .collect(Collectors.groupingBy(Result::reason, TreeMap::new, Collectors.counting()))
                .entrySet()
                .stream()
                .map(reason -> reason.getKey() + " (" + reason.getValue() + ")")
                .collect(Collectors.joining("; "));
        paragraph("Version " + escaped(entry.program().version()) + ", "
                + entry.started().toString().substring(0, 10) + ". "
                + (failed.isEmpty()
                        ? "No case failed."
                        : failed.size() == 1 ? "One case failed." : failed.size() + " cases failed.")
                + (reasons.isEmpty() ? "" : " Not tried: " + escaped(reasons) + "."));
        // Cases of one cause are one item.
        Map<String, List<String>> ids = new LinkedHashMap<>();
        for (Result result : failed) {
            String level = result.level().toString();
            String origin = result.clause().equals(level) ? level : level + ", " + result.clause();
            String text = " (" + escaped(origin) + "): " + escaped(sentence(result.reason())) + " For users: "
                    + escaped(sentence(result.means()));
            ids.computeIfAbsent(text, key -> new ArrayList<>()).add("`" + result.id() + "`");
        }
        ids.forEach((text, those) -> item(String.join(", ", those) + text));
        if (!failed.isEmpty()) {
            text.append('\n');
        }
    }

    private static List<Result> failed(LeagueEntry entry) {
        return entry.results().stream()
                .filter(result -> result.verdict() == Verdict.FAILED)
                .toList();
    }

    private static boolean isTried(Result result) {
        return result.verdict() == Verdict.PASSED || result.verdict() == Verdict.FAILED;
    }

    private static String cell(LeagueEntry entry, Predicate<Result> filter) {
        Collection<Result> tried = entry.results().stream()
                .filter(filter)
                .filter(LeaguePage::isTried)
                .toList();
        long passed = tried.stream()
                .filter(result -> result.verdict() == Verdict.PASSED)
                .count();
        return tried.isEmpty() ? "–" : passed + "/" + tried.size();
    }

    private static String heading(LeagueEntry entry) {
        return escaped(entry.program().name()) + ", as a " + entry.side();
    }

    /** A link to a program's own part of the page, by the name that GitHub gives to headings. */
    private static String link(LeagueEntry entry) {
        String anchor = (entry.program().name() + ", as a " + entry.side())
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9 _-]", "")
                .replace(' ', '-');
        return "[" + escaped(entry.program().name()) + "](#" + anchor + ")";
    }

    /** Makes a sentence, without the ports that each run has others of. */
    private static String sentence(String reason) {
        String text = reason.replaceAll("/?(127(?:\\.\\d+){3}):\\d+", "$1");
        String line = text.endsWith(".") ? text : text + ".";
        return line.substring(0, 1).toUpperCase(Locale.ROOT) + line.substring(1);
    }

    /** Takes the meaning from everything that Markdown has one for. */
    private static String escaped(String plain) {
        return Plain.line(plain).replaceAll("([\\\\`*_\\[\\]<>|#&~])", "\\\\$1");
    }

    private void paragraph(String paragraph) {
        text.append(Plain.wrapped(paragraph, WIDTH, "")).append("\n\n");
    }

    private void item(String item) {
        text.append("* ").append(Plain.wrapped(item, WIDTH - 2, "  ")).append('\n');
    }

    private void row(Stream<String> cells) {
        text.append(cells.collect(Collectors.joining(" | ", "| ", " |"))).append('\n');
    }

    private void rule(int columns) {
        text.append("|---".repeat(columns)).append("|\n");
    }
}
