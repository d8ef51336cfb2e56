package dev.socks5.server.internal.udp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import org.junit.jupiter.api.Test;

/** Which answers of an upstream are taken when destinations are given up. */
class UpstreamAnswersTest {

    private static final Endpoint ADDRESS = Endpoint.parse("192.0.2.1:53");
    private static final Endpoint OTHER = Endpoint.parse("192.0.2.2:53");
    private static final Endpoint NAME = Endpoint.parse("a.test:53");
    private static final Endpoint OTHER_NAME = Endpoint.parse("b.test:53");

    private final UpstreamAnswers answers = new UpstreamAnswers();

    /** The upstream may know more, for example because it has translated an address. */
    @Test
    void theUpstreamIsTrustedUntilSomethingIsGivenUp() {
        answers.open(ADDRESS);
        assertThat(answers.take(ADDRESS)).isTrue();
        assertThat(answers.take(OTHER)).isTrue();
    }

    @Test
    void anAddressThatIsGivenUpIsNotHeardUntilThereIsAWayAgain() {
        answers.open(NAME);
        answers.open(ADDRESS);
        answers.open(ADDRESS); // As two names for one, or a new way before the old one is let go.
        answers.giveUp(ADDRESS);
        assertThat(answers.take(ADDRESS)).isTrue();
        answers.giveUp(ADDRESS);
        assertThat(answers.take(ADDRESS)).isFalse();
        assertThat(answers.take(Endpoint.parse("[::ffff:192.0.2.1]:53"))).isFalse();
        assertThat(answers.take(OTHER)).isTrue();
        answers.open(ADDRESS);
        assertThat(answers.take(ADDRESS)).isTrue();
    }

    @Test
    void withoutANameOnlyAddressesAreHeard() {
        answers.open(ADDRESS);
        answers.open(NAME);
        answers.open(OTHER_NAME);
        answers.giveUp(NAME);
        assertThat(answers.take(OTHER)).isTrue(); // It may be the other name's.
        answers.giveUp(OTHER_NAME);
        assertThat(answers.take(OTHER)).isFalse();
        assertThat(answers.take(ADDRESS)).isTrue();
        answers.open(NAME);
        assertThat(answers.take(OTHER)).isTrue();
    }

    @Test
    void theLastOnesAreRemembered() {
        for (int i = 0; i <= UpstreamAnswers.MAX_GIVEN_UP; i++) {
            Endpoint each = Endpoint.of("192.0.2.3", 1_000 + i);
            answers.open(each);
            answers.giveUp(each);
        }
        assertThat(answers.take(Endpoint.of("192.0.2.3", 1_000))).isTrue();
        assertThat(answers.take(Endpoint.of("192.0.2.3", 1_001))).isFalse();
    }
}
