package dev.socks5.conformance.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.socks5.conformance.suite.Case;
import dev.socks5.conformance.suite.Outcome;
import dev.socks5.conformance.suite.Transcript;
import dev.socks5.conformance.suite.Verdict;
import java.util.HexFormat;
import java.util.Locale;

/**
 * Writes a run as JSON, for programs. A case that failed carries its text, so that a reader needs nothing else. {@link
 * LeagueEntry} reads it.
 */
public final class JsonReport {

    /** Changes when a reader has to. */
    static final int FORMAT = 1;

    private JsonReport() {}

    /** Returns the document. */
    public static String of(Report report) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("format", FORMAT);
        json.put("suite", report.suite());
        json.put("side", report.side().toString());
        json.put("target", Plain.line(report.target()));
        json.put("program", Plain.line(report.program().name()));
        json.put("version", Plain.line(report.program().version()));
        json.put("started", report.started().toString());
        json.put("seconds", report.time().toSeconds());
        ArrayNode cases = json.putArray("cases");
        for (Outcome outcome : report.outcomes()) {
            cases.add(json(outcome));
        }
        try {
            return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(json) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ObjectNode json(Outcome outcome) {
        Case<?> of = outcome.of();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("id", of.id());
        json.put("level", of.level().toString());
        json.put("verdict", outcome.verdict().toString());
        if (outcome.verdict() != Verdict.PASSED) {
            json.put("reason", Plain.line(outcome.reason()));
        }
        if (outcome.verdict() == Verdict.FAILED || outcome.verdict() == Verdict.BROKEN) {
            json.put("clause", of.clause().text());
            json.put("title", of.title());
            json.put("accepts", of.accepts());
            json.put("means", of.means());
            if (!outcome.transcript().isEmpty()) {
                ArrayNode transcript = json.putArray("transcript");
                outcome.transcript().forEach(entry -> transcript.add(json(entry)));
            }
        }
        return json;
    }

    private static ObjectNode json(Transcript.Entry entry) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("milliseconds", entry.at().toMillis());
        json.put("connection", Plain.line(entry.connection()));
        json.put("direction", entry.direction().name().toLowerCase(Locale.ROOT));
        String note = entry.note();
        if (note == null) {
            json.put("what", entry.label().name().toLowerCase(Locale.ROOT).replace('_', ' '));
            json.put("length", entry.length());
            json.put("bytes", HexFormat.of().formatHex(entry.bytes()));
        } else {
            json.put("note", Plain.line(note));
        }
        return json;
    }
}
