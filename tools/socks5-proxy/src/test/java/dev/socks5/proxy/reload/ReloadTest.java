package dev.socks5.proxy.reload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.proxy.input.GivenFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two files of rules, on a stepped clock. */
@Timeout(60)
class ReloadTest {

    private static final long SECOND = 1_000_000_000;
    private static final String REFUSED = "not reloaded, what held before holds: ";

    @TempDir
    private Path folder;

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - SECOND / 2); // It may wrap.
    private final List<String> log = new ArrayList<>();
    private final List<UsersAndRules> taken = new ArrayList<>();
    private OptionalInt ended = OptionalInt.empty();
    private RuntimeException failure;
    private RuntimeException endingFailure;
    private int judgements;
    private Runnable onRead = () -> {};
    private GivenFile first;
    private GivenFile second;
    private Reload reload;

    private final LiveServer server = new LiveServer() {
        @Override
        public void take(UsersAndRules value) {
            if (failure != null) {
                throw failure;
            }
            taken.add(value);
        }

        @Override
        public OptionalInt endRemoved() {
            judgements++;
            if (endingFailure != null) {
                throw endingFailure;
            }
            return ended;
        }
    };

    @BeforeEach
    void start() throws IOException {
        first = new GivenFile("--first", Files.writeString(folder.resolve("first"), "deny a\n"));
        second = new GivenFile("--second", Files.writeString(folder.resolve("second"), "deny b\n"));
        reload = new Reload(List.of(first, second), this::load, log::add, clock::get);
    }

    private Loaded load() {
        List<Rule> rules = new ArrayList<>();
        List<String> doubts = new ArrayList<>();
        for (GivenFile file : List.of(first, second)) {
            GivenFile.Content<List<Rule>> content = file.read(Rule::parseAll);
            rules.addAll(content.value());
            content.doubt().ifPresent(doubts::add);
        }
        onRead.run();
        return new Loaded(new UsersAndRules(Map.of(), rules), doubts, List.of("a remark"));
    }

    private static void replace(GivenFile file, String text) throws IOException {
        Path other = Files.writeString(file.path().resolveSibling("other"), text);
        Files.move(other, file.path(), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private void look() {
        reload.look(server, false);
    }

    /** Looks as often as it takes until a change is still. */
    private void lookLater() {
        look();
        clock.addAndGet(SECOND);
        look();
    }

    private List<String> rules() {
        return reload.current().rules().stream()
                .map(rule -> rule.pattern().toString())
                .toList();
    }

    @Test
    void theFirstTimeItIsReadAtOnce() {
        assertThat(rules()).containsExactly("a", "b");
        assertThat(log).containsExactly("a remark");
        lookLater();
        assertThat(taken).isEmpty();
        assertThat(log).hasSize(1);
    }

    @Test
    void theFirstTimeItHasToBeGood() throws IOException {
        replace(second, "deny");
        assertThatThrownBy(() -> new Reload(List.of(first, second), this::load, log::add, clock::get))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aChangeIsTakenUpAndTold() throws IOException {
        replace(second, "deny c\ndeny d\n");
        lookLater();
        assertThat(rules()).containsExactly("a", "c", "d");
        assertThat(taken).containsExactly(reload.current());
        assertThat(log.subList(1, log.size())).containsExactly("reloaded: 2 rules added, 1 removed", "a remark");
        lookLater();
        assertThat(taken).hasSize(1);
    }

    @Test
    void itIsToldHowManySessionsWereEnded() throws IOException {
        ended = OptionalInt.of(1);
        replace(second, "deny c\n");
        lookLater();
        assertThat(log).contains("reloaded: 1 rule added, 1 removed; 1 session ended");
    }

    @Test
    void whatCouldNotBeEndedIsEndedLater() throws IOException {
        endingFailure = new IllegalStateException("on purpose");
        replace(second, "deny c\n");
        lookLater();
        look();
        assertThat(log.subList(1, log.size()))
                .containsExactly(
                        "reloaded: 1 rule added, 1 removed; sessions could not be ended, which is tried again: "
                                + endingFailure,
                        "a remark");
        assertThat(judgements).isEqualTo(2);
        endingFailure = null;
        ended = OptionalInt.of(2);
        look();
        assertThat(log).last().isEqualTo("ended what is not allowed since the last change; 2 sessions ended");
        look();
        assertThat(judgements).isEqualTo(3);
    }

    @Test
    void whoAsksHasThemJudgedThoughAFileIsWrong() throws IOException {
        ended = OptionalInt.of(1);
        replace(second, "deny\n");
        lookLater();
        assertThat(judgements).isZero();
        reload.look(server, true);
        assertThat(judgements).isEqualTo(1);
        assertThat(log.get(log.size() - 1)).startsWith(REFUSED).endsWith("; 1 session ended");
    }

    /** What users are known by may be somewhere else, as certificates' authorities are. */
    @Test
    void whoAsksHasAllSessionsJudgedAgain() {
        ended = OptionalInt.of(1);
        reload.look(server, true);
        assertThat(log).last().isEqualTo("reloaded: nothing has changed; 1 session ended");
    }

    /** An editor that writes over a file writes piece by piece. */
    @Test
    void aFileIsLeftAloneWhileItIsWritten() throws IOException {
        Files.writeString(second.path(), ""); // Truncated.
        for (String line : List.of("deny c\n", "deny d\n", "deny e\n")) {
            look();
            clock.addAndGet(SECOND - 1);
            look();
            assertThat(taken).isEmpty();
            Files.writeString(second.path(), line, StandardOpenOption.APPEND);
        }
        look();
        clock.addAndGet(SECOND - 1);
        look();
        assertThat(taken).isEmpty();
        clock.incrementAndGet();
        look();
        assertThat(rules()).containsExactly("a", "c", "d", "e");
        assertThat(taken).hasSize(1);
    }

    @Test
    void whatIsWrittenWhileItIsReadIsReadLater() throws IOException {
        replace(second, "deny c\n");
        look();
        clock.addAndGet(SECOND);
        onRead = () -> {
            try {
                replace(first, "deny x\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
        look();
        assertThat(taken).isEmpty();
        onRead = () -> {};
        lookLater();
        assertThat(rules()).containsExactly("x", "c");
    }

    @Test
    void aLastLineWithoutAnEndIsHalfAFile() throws IOException {
        replace(second, "deny c\ndeny d");
        lookLater();
        lookLater();
        assertThat(taken).isEmpty();
        assertThat(log.subList(1, log.size()))
                .containsExactly(REFUSED + "--second " + second.path()
                        + ": line 2: no line end behind it, as if half the file were missing");
        Files.writeString(second.path(), ".example\n", StandardOpenOption.APPEND);
        lookLater();
        assertThat(rules()).containsExactly("a", "c", "d.example");
    }

    /** That is how it was started, and nothing is wrong with it. */
    @Test
    void aFileThatHasNeverHadALastLineEndIsNoMatter() throws IOException {
        replace(second, "deny b");
        reload.look(server, true);
        clock.addAndGet(SECOND);
        look();
        assertThat(log).last().isEqualTo("reloaded: nothing has changed");
    }

    @Test
    void oneWrongFileKeepsTheOtherFromBeingTakenUpToo() throws IOException {
        replace(first, "deny x\n");
        replace(second, "deny\n");
        lookLater();
        assertThat(rules()).containsExactly("a", "b");
        assertThat(log).last().asString().startsWith(REFUSED + "--second " + second.path() + ": line 1: ");
        replace(second, "deny y\n");
        lookLater();
        assertThat(rules()).containsExactly("x", "y");
    }

    @Test
    void aComplaintIsToldOnceForEachChangeAndWheneverItIsAskedFor() throws IOException {
        replace(second, "deny\n");
        lookLater();
        lookLater();
        assertThat(log).hasSize(2);
        reload.look(server, true);
        assertThat(log).hasSize(3);
        replace(second, "deny \n");
        lookLater();
        assertThat(log).hasSize(4);
        assertThat(log.subList(1, 4)).allMatch(line -> line.startsWith(REFUSED));
        replace(second, "deny b\n");
        lookLater();
        assertThat(log).last().isEqualTo("reloaded: nothing has changed");
        lookLater();
        assertThat(log).hasSize(5);
    }

    /** Else a server without a free descriptor would never take up a change that it saw then. */
    @Test
    void whatCannotBeReadIsTriedAgainAndToldOnce() throws IOException {
        replace(second, "deny c\n");
        Path missing = folder.resolve("missing");
        GivenFile real = second;
        second = new GivenFile("--second", missing); // For the reader alone: the state of the file stays.
        lookLater();
        look();
        assertThat(log.subList(1, log.size()))
                .containsExactly(REFUSED + "cannot read --second " + missing + ": no such file or directory");
        second = real;
        look();
        assertThat(rules()).containsExactly("a", "c");
    }

    @Test
    void whoAsksIsAnsweredAtOnceIfNothingHasChanged() {
        reload.look(server, true);
        assertThat(log.subList(1, log.size())).containsExactly("reloaded: nothing has changed");
        look();
        assertThat(log).hasSize(2);
    }

    /** logrotate sends a signal whatever somebody's editor is doing. */
    @Test
    void whoAsksWhileAFileIsWrittenIsAnsweredOnceItIsStill() throws IOException {
        Files.writeString(second.path(), "deny c\n");
        reload.look(server, true);
        assertThat(log).hasSize(1);
        Files.writeString(second.path(), "deny d\n", StandardOpenOption.APPEND);
        lookLater();
        assertThat(rules()).containsExactly("a", "c", "d");
        assertThat(log).contains("reloaded: 2 rules added, 1 removed");
        look();
        assertThat(log).as("no second answer").hasSize(3);
    }

    @Test
    void whatTheServerRefusesChangesNothing() throws IOException {
        failure = new IllegalArgumentException("on purpose");
        replace(second, "deny c\n");
        lookLater();
        assertThat(rules()).containsExactly("a", "b");
        assertThat(log).last().asString().startsWith(REFUSED).endsWith("on purpose");
        failure = null;
        reload.look(server, true);
        assertThat(rules()).containsExactly("a", "c");
    }

    @Test
    void aPipeIsReadAtTheStartAlone() throws Exception {
        Files.delete(second.path());
        assertThat(new ProcessBuilder("mkfifo", second.path().toString())
                        .start()
                        .waitFor(20, TimeUnit.SECONDS))
                .isTrue();
        lookLater();
        assertThat(log)
                .last()
                .isEqualTo(
                        REFUSED + "--second " + second.path() + ": no regular file, which is read at the start alone");
    }
}
