package dev.socks5.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SpreadTest {

    @Test
    void theMedianOfAnOddNumberIsTheMiddleOne() {
        assertThat(Spread.of(List.of(9.0, 1.0, 2.0))).isEqualTo(new Spread(1, 2, 9, 3));
    }

    @Test
    void theMedianOfAnEvenNumberIsTheMeanOfTheTwoInTheMiddle() {
        assertThat(Spread.of(List.of(4.0, 100.0, 3.0, 1.0))).isEqualTo(new Spread(1, 3.5, 100, 4));
    }

    @Test
    void oneValueIsAllThree() {
        assertThat(Spread.of(List.of(7.0))).isEqualTo(new Spread(7, 7, 7, 1));
    }

    @Test
    void thereIsNoneOfNothing() {
        assertThatIllegalArgumentException().isThrownBy(() -> Spread.of(List.of()));
    }

    @Test
    void numbersKeepThreeDigitsThatCount() {
        assertThat(List.of(1234567.8, 123.4, 12.345, 1.2345, 0.0012345, 0.0, -12.345))
                .extracting(Numbers::show)
                .containsExactly("1,234,568", "123", "12.3", "1.23", "0.00123", "0", "-12.3");
    }
}
