package dev.socks5.conformance.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RunnerTest {

    private final List<String> closed = Collections.synchronizedList(new ArrayList<>());

    private static final class Bench extends Trial {
        private Bench(Transcript transcript) {
            super(transcript, Patience.USUAL);
        }
    }

    private final Runner<Bench> runner = new Runner<>(Bench::new, Set.of(Feature.UDP), 2);

    private static Case.Draft draft(String name) {
        return Case.of("group/" + name, Level.MUST, Clause.rfc1928("3"))
                .title("t")
                .sends("05")
                .accepts("a")
                .means("m");
    }

    @Test
    void aVerdictForEachWayOut() throws Exception {
        List<Case<Bench>> cases = List.of(
                draft("passes").script(trial -> {}),
                draft("fails").script(trial -> {
                    throw new Violation("wrong");
                }),
                draft("lacks").script(trial -> {
                    throw new NotOffered("none");
                }),
                draft("breaks").script(trial -> {
                    throw new IllegalStateException("oh");
                }),
                draft("has").needs(Feature.UDP).script(trial -> {}),
                draft("lacks-bind").needs(Feature.BIND).script(trial -> {}),
                draft("lacks-time").needs(Feature.SLOW).script(trial -> {}),
                draft("lacks-both").needs(Feature.values()).script(trial -> {}));

        assertThat(runner.run(cases, outcome -> {}))
                .extracting(outcome -> outcome.of().id(), Outcome::verdict, Outcome::reason)
                .containsExactly(
                        tuple("group/passes", Verdict.PASSED, ""),
                        tuple("group/fails", Verdict.FAILED, "wrong"),
                        tuple("group/lacks", Verdict.NOT_OFFERED, "none"),
                        tuple("group/breaks", Verdict.BROKEN, "java.lang.IllegalStateException: oh"),
                        tuple("group/has", Verdict.PASSED, ""),
                        tuple("group/lacks-bind", Verdict.NOT_OFFERED, "the program does not offer BIND"),
                        tuple("group/lacks-time", Verdict.SKIPPED, "needs time: --slow"),
                        tuple(
                                "group/lacks-both",
                                Verdict.NOT_OFFERED,
                                "the program does not offer service without a login"));
    }

    @Test
    void severalRunTogetherAndThoseAloneComeAfterwards() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        AtomicInteger running = new AtomicInteger();
        Script<Bench> meets = trial -> {
            running.incrementAndGet();
            both.countDown();
            both.await();
            running.decrementAndGet();
        };
        Script<Bench> alone = trial -> Trial.check(both.getCount() == 0 && running.get() == 0, "not alone");
        List<String> finished = new ArrayList<>();

        List<Outcome> outcomes = runner.run(
                List.of(
                        draft("alone").tags(Case.ALONE).script(alone),
                        draft("one").script(meets),
                        draft("two").script(meets)),
                outcome -> finished.add(outcome.of().id()));

        assertThat(outcomes).extracting(Outcome::verdict).containsOnly(Verdict.PASSED);
        assertThat(outcomes).extracting(outcome -> outcome.of().id()).startsWith("group/alone");
        assertThat(finished).hasSize(3).endsWith("group/alone");
    }

    @Test
    void theEndOfATrialClosesTheLastFirstAndAllOfThem() throws Exception {
        Case<Bench> one = draft("fails").script(trial -> {
            trial.closing(() -> closed.add("first"));
            trial.closing(() -> {
                throw new IllegalStateException("cannot");
            });
            trial.closing(() -> closed.add("last"));
            throw new Violation("wrong");
        });

        runner.run(List.of(one), outcome -> {});

        assertThat(closed).containsExactly("last", "first");
    }

    @Test
    void aCaseLacksNoText() {
        assertThatThrownBy(() -> Case.of("group/name", Level.MUST, Clause.ROBUSTNESS)
                        .title("t")
                        .sends("05")
                        .accepts("a")
                        .script(trial -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("group/name lacks a text");
    }
}
