package dev.socks5.conformance.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.socks5.conformance.report.LeagueEntry.Result;
import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Verdict;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonReportTest {

    @Test
    void isReadBack() throws Exception {
        Report report = Samples.mixed();
        LeagueEntry entry = LeagueEntry.read(JsonReport.of(report));
        assertThat(entry.side()).isEqualTo(Side.SERVER);
        assertThat(entry.program()).isEqualTo(report.program());
        assertThat(entry.suite()).isEqualTo("1.2.3");
        assertThat(entry.started()).isEqualTo(report.started());
        assertThat(entry.results())
                .containsExactly(
                        new Result("negotiation/ok", Level.MUST, Verdict.PASSED, "", "", "", ""),
                        new Result(
                                "negotiation/offered",
                                Level.MUST,
                                Verdict.FAILED,
                                "expected the method that was offered, but FE was selected",
                                "The server answers to negotiation/offered",
                                "RFC 1928 section 3",
                                "Clients wait for ever"),
                        notOffered("udp/echo"),
                        notOffered("udp/order"),
                        new Result("abuse/memory", Level.SECURITY, Verdict.SKIPPED, "needs --pid", "", "", ""));
    }

    private static Result notOffered(String id) {
        return new Result(id, Level.MAY, Verdict.NOT_OFFERED, "the program does not offer UDP ASSOCIATE", "", "", "");
    }

    @Test
    void hasWhatWasSentAndReceivedWhereACaseFailed() throws Exception {
        JsonNode cases =
                new ObjectMapper().readTree(JsonReport.of(Samples.mixed())).path("cases");
        JsonNode transcript = cases.path(1).path("transcript");
        assertThat(transcript).hasSize(3);
        assertThat(transcript.path(1).path("direction").asText()).isEqualTo("received");
        assertThat(transcript.path(1).path("what").asText()).isEqualTo("selection");
        assertThat(transcript.path(1).path("bytes").asText()).isEqualTo("05fe");
        assertThat(transcript.path(1).path("milliseconds").asInt()).isEqualTo(12);
        assertThat(transcript.path(2).path("note").asText()).isEqualTo("the other side has ended its output");
        assertThat(cases.path(0).has("transcript")).isFalse();
        assertThat(JsonReport.of(Samples.mixed().withoutTranscripts())).doesNotContain("transcript", "05fe");
    }

    @Test
    void whatProgramsSendIsEscaped() throws Exception {
        String json = JsonReport.of(Samples.nasty());
        assertThat(json.chars().filter(c -> c < ' ').distinct()).containsExactly((int) '\n');
        assertThat(LeagueEntry.read(json).results().get(0).reason()).isEqualTo(Plain.line(Samples.NASTY));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"format\" : 1 | \"format\" : 2 | format",
                "\"side\" : \"server\" | \"side\" : \"both\" | no side: both",
                "\"level\" : \"MAY\" | \"level\" : \"may\" | no level: may",
                "\"verdict\" : \"passed\" | \"verdict\" : \"good\" | no verdict: good",
                "\"id\" : \"udp/echo\" | \"id\" : \"udp\" | no id of a case: udp",
                "\"program\" : \"sample\" | \"other\" : 1 | program is missing",
                "\"started\" : \"2026 | \"started\" : \"soon | no result",
            })
    void whatIsNoResultIsRefused(String part, String other, String message) {
        String json = JsonReport.of(Samples.mixed());
        assertThat(json).contains(part);
        assertThatThrownBy(() -> LeagueEntry.read(json.replace(part, other)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(message);
    }
}
