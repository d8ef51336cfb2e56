package dev.socks5.client.internal.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeadlineTest {

    @Test
    void countsDownFromTheLimit() throws Exception {
        assertThat(Deadline.after(Duration.ofMillis(Integer.MAX_VALUE)).remainingMillis())
                .isBetween(Integer.MAX_VALUE - 60_000, Integer.MAX_VALUE);
        assertThat(Deadline.after(Duration.ofSeconds(60)).remainingMillis()).isBetween(1, 60_000);
    }

    @Test
    void isNeverZeroBecauseThatIsForEver() throws Exception {
        Deadline deadline = Deadline.after(Duration.ofMillis(5));
        try {
            while (true) {
                assertThat(deadline.remainingMillis()).isBetween(1, 5);
            }
        } catch (SocketTimeoutException e) {
            assertThatThrownBy(deadline::remainingMillis).isInstanceOf(SocketTimeoutException.class);
        }
    }
}
