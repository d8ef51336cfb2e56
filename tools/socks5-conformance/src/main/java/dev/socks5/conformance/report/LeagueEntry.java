package dev.socks5.conformance.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Verdict;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A run read back from {@link JsonReport}.
 *
 * @param side what was judged
 * @param program what it is called
 * @param suite the version of the suite
 * @param started when the run began
 * @param results what came out, in the order of the cases
 */
record LeagueEntry(Side side, Report.Program program, String suite, Instant started, List<Result> results) {

    /** What counts if two runs of one program disagree: the first of these. */
    private static final List<Verdict> WEIGHTS =
            List.of(Verdict.BROKEN, Verdict.FAILED, Verdict.PASSED, Verdict.NOT_OFFERED, Verdict.SKIPPED);

    /**
     * What came out of one case.
     *
     * @param reason empty if it passed
     * @param title empty unless it failed, and so are the next two
     */
    record Result(String id, Level level, Verdict verdict, String reason, String title, String clause, String means) {
        String group() {
            return id.substring(0, id.indexOf('/'));
        }
    }

    /** Returns whether another run judges the same program on the same side. */
    boolean isOfSameProgram(LeagueEntry other) {
        return side == other.side && program.name().equals(other.program.name());
    }

    /**
     * Returns both runs of one program, such as one with a login and one without, as one. A case that failed in either
     * has failed; else it has passed if it passed in either.
     */
    LeagueEntry and(LeagueEntry other) {
        Map<String, Result> all = new LinkedHashMap<>();
        results.forEach(result -> all.put(result.id(), result));
        other.results.forEach(result -> all.merge(result.id(), result, LeagueEntry::weightier));
        return new LeagueEntry(side, program, suite, started, List.copyOf(all.values()));
    }

    private static Result weightier(Result one, Result another) {
        return WEIGHTS.indexOf(another.verdict()) < WEIGHTS.indexOf(one.verdict()) ? another : one;
    }

    /**
     * Reads a run.
     *
     * @throws IOException if it is none, or of a later format
     */
    static LeagueEntry read(String text) throws IOException {
        JsonNode json = new ObjectMapper().readTree(text);
        if (json.path("format").asInt() != JsonReport.FORMAT) {
            throw new IOException("no result of this version of the suite: its format is not " + JsonReport.FORMAT);
        }
        try {
            List<Result> results = new ArrayList<>();
            for (JsonNode each : json.path("cases")) {
                results.add(result(each));
            }
            return new LeagueEntry(
                    constant(Side.values(), json, "side"),
                    new Report.Program(text(json, "program"), text(json, "version")),
                    text(json, "suite"),
                    Instant.parse(text(json, "started")),
                    List.copyOf(results));
        } catch (DateTimeParseException e) {
            throw new IOException("no result: " + e.getMessage(), e);
        }
    }

    private static Result result(JsonNode json) throws IOException {
        String id = text(json, "id");
        if (id.indexOf('/') < 1) {
            throw new IOException("no id of a case: " + Plain.line(id));
        }
        return new Result(
                id,
                constant(Level.values(), json, "level"),
                constant(Verdict.values(), json, "verdict"),
                json.path("reason").asText(),
                json.path("title").asText(),
                json.path("clause").asText(),
                json.path("means").asText());
    }

    private static String text(JsonNode json, String name) throws IOException {
        JsonNode value = json.get(name);
        if (value == null || !value.isTextual()) {
            throw new IOException("no result: " + name + " is missing");
        }
        return value.asText();
    }

    /** Finds a constant by its text. */
    private static <E extends Enum<E>> E constant(E[] values, JsonNode json, String name) throws IOException {
        String text = text(json, name);
        return Arrays.stream(values)
                .filter(value -> value.toString().equals(text))
                .findFirst()
                .orElseThrow(() -> new IOException("no " + name + ": " + Plain.line(text)));
    }
}
