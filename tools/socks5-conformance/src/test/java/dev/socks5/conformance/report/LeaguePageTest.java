package dev.socks5.conformance.report;

import static dev.socks5.conformance.report.Samples.outcome;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.conformance.suite.Level;
import dev.socks5.conformance.suite.Outcome;
import dev.socks5.conformance.suite.Verdict;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeaguePageTest {

    private static String result(Side side, String program, Outcome... outcomes) {
        Report report = Samples.report(outcomes);
        return JsonReport.of(new Report(
                report.suite(),
                side,
                report.target(),
                new Report.Program(program, "4.5"),
                report.started(),
                report.time(),
                report.outcomes()));
    }

    private static Outcome failed(String id) {
        return outcome(id, Level.SHOULD, Verdict.FAILED, "it closed early");
    }

    @Test
    void comparesPrograms() throws Exception {
        String page = LeaguePage.of(List.of(
                JsonReport.of(Samples.mixed()),
                result(Side.SERVER, "good one", outcome("negotiation/ok", Level.MUST, Verdict.PASSED, "")),
                result(Side.CLIENT, "curl", failed("reply/pieces"), failed("reply/cut"))));

        assertThat(page).startsWith("# Programs in the conformance suite\n").endsWith(".\n");
        assertThat(page.substring(page.indexOf("## Servers"))).isEqualTo("""
                ## Servers

                | program | version | MUST | SHOULD | MAY | robustness | security | all | not tried |
                |---|---|---|---|---|---|---|---|---|
                | [sample](#sample-as-a-server) | 4.5 | 1/2 | – | – | – | – | 1/2 | 3 |
                | [good one](#good-one-as-a-server) | 4.5 | 1/1 | – | – | – | – | 1/1 | 0 |

                | program | negotiation | udp | abuse |
                |---|---|---|---|
                | [sample](#sample-as-a-server) | 1/2 | – | – |
                | [good one](#good-one-as-a-server) | 1/1 | – | – |

                ### sample, as a server

                Version 4.5, 2026-11-29. One case failed. Not tried: needs --pid (1); the program does not offer UDP ASSOCIATE (2).

                - `negotiation/offered` (MUST, RFC 1928 section 3): Expected the method that was offered, but FE was selected. For users: Clients
                  wait for ever.

                ### good one, as a server

                Version 4.5, 2026-11-29. No case failed.

                ## Clients

                | program | version | MUST | SHOULD | MAY | robustness | security | all | not tried |
                |---|---|---|---|---|---|---|---|---|
                | [curl](#curl-as-a-client) | 4.5 | – | 0/2 | – | – | – | 0/2 | 0 |

                | program | reply |
                |---|---|
                | [curl](#curl-as-a-client) | 0/2 |

                ### curl, as a client

                Version 4.5, 2026-11-29. 2 cases failed.

                - `reply/pieces`, `reply/cut` (SHOULD, RFC 1928 section 3): It closed early. For users: Clients wait for ever.
                """.replace("\n- ", "\n* "));
    }

    @Test
    void saysWhatSeveralProgramsFail() throws Exception {
        String page = LeaguePage.of(List.of(
                result(Side.SERVER, "a", failed("udp/b"), failed("udp/a")),
                result(Side.SERVER, "b", failed("udp/b"), failed("udp/a")),
                result(Side.SERVER, "c", failed("udp/b"))));
        assertThat(page).contains("""
                | case | programs that fail it |
                |---|---|
                | `udp/b` | a, b, c |
                """).doesNotContain("| `udp/a`");
    }

    /** Without a login some cases are skipped, with one others are. */
    @Test
    void takesRunsOfOneProgramTogether() throws Exception {
        String page = LeaguePage.of(List.of(
                result(
                        Side.SERVER,
                        "a",
                        outcome("x/one", Level.MUST, Verdict.SKIPPED, "needs --login"),
                        outcome("x/two", Level.MUST, Verdict.PASSED, ""),
                        failed("x/three"),
                        outcome("x/four", Level.MUST, Verdict.SKIPPED, "needs --login")),
                result(Side.SERVER, "b", failed("x/one")),
                result(
                        Side.SERVER,
                        "a",
                        outcome("x/one", Level.MUST, Verdict.PASSED, ""),
                        failed("x/two"),
                        outcome("x/three", Level.MUST, Verdict.PASSED, ""),
                        outcome("x/four", Level.MUST, Verdict.NOT_OFFERED, "no x"))));
        assertThat(page)
                .contains("| [a](#a-as-a-server) | 4.5 | 1/1 | 0/2 | – | – | – | 1/3 | 1 |\n| [b](#b-as-a-server)")
                .contains("2 cases failed. Not tried: no x (1).\n");
    }

    /** A project may have a server and a client of one name. */
    @Test
    void takesSidesApart() throws Exception {
        String page = LeaguePage.of(List.of(
                result(Side.SERVER, "a", failed("x/one")),
                result(Side.CLIENT, "a", outcome("x/one", Level.SHOULD, Verdict.PASSED, ""))));
        assertThat(page).contains("| [a](#a-as-a-server) | 4.5 | – | 0/1 |", "| [a](#a-as-a-client) | 4.5 | – | 1/1 |");
    }

    @Test
    void namesNoPortsThatChange() throws Exception {
        String page = LeaguePage.of(List.of(result(
                Side.SERVER,
                "a",
                outcome("x/one", Level.MUST, Verdict.FAILED, "from /127.0.0.2:40001 to 127.0.0.1:80"))));
        assertThat(page).contains("From 127.0.0.2 to 127.0.0.1. ");
    }

    @Test
    void whatProgramsSendIsNoMarkup() throws Exception {
        String page = LeaguePage.of(List.of(result(
                Side.SERVER, "a|b", outcome("udp/a", Level.MUST, Verdict.FAILED, "came <b>|`*_[x](y)&#\u001b"))));
        assertThat(page).contains("[a\\|b](#ab-as-a-server)", "Came \\<b\\>\\|\\`\\*\\_\\[x\\](y)\\&\\#\\\\u001b.");
    }

    @Test
    void whatIsNoResultIsRefused() {
        assertThatThrownBy(() -> LeaguePage.of(List.of("{}"))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> LeaguePage.of(List.of("no"))).isInstanceOf(IOException.class);
    }
}
