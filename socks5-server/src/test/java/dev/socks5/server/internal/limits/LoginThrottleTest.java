package dev.socks5.server.internal.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.server.ClientAddress;
import dev.socks5.server.Socks5ServerListener.Rejection;
import dev.socks5.server.internal.net.SystemNetwork;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** By a clock of its own. */
class LoginThrottleTest {

    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    private long now = Long.MAX_VALUE - MINUTE; // The clock may overflow: only differences count.
    private final LoginThrottle throttle = new LoginThrottle(() -> 3, () -> Duration.ofMinutes(10), () -> now);

    private static ClientAddress address(String text) throws Exception {
        return ClientAddress.of(new InetSocketAddress(InetAddress.getByName(text), 40_000));
    }

    private void fail(ClientAddress client, int times) {
        for (int i = 0; i < times; i++) {
            throttle.failed(client);
        }
    }

    @Test
    void soManyFailuresAndNoMoreUntilTheTimeHasPassed() throws Exception {
        ClientAddress client = address("192.0.2.1");
        fail(client, 2);
        assertThat(throttle.keepsOut(client)).isFalse();
        now += 9 * MINUTE;
        fail(client, 1);
        assertThat(throttle.keepsOut(client)).isTrue();
        assertThat(throttle.keepsOut(address("192.0.2.2"))).isFalse();
        now += 10 * MINUTE - 1; // from the last of them
        assertThat(throttle.keepsOut(client)).isTrue();
        now += 1;
        assertThat(throttle.keepsOut(client)).isFalse();
        assertThat(throttle.size()).isZero();
    }

    @Test
    void failuresOfLongAgoDoNotCount() throws Exception {
        ClientAddress client = address("192.0.2.1");
        fail(client, 2);
        now += 10 * MINUTE;
        fail(client, 2);
        assertThat(throttle.keepsOut(client)).isFalse();
        fail(client, 1);
        assertThat(throttle.keepsOut(client)).isTrue();
    }

    @Test
    void oneFailureMayBeTooMany() throws Exception {
        LoginThrottle strict = new LoginThrottle(() -> 1, () -> Duration.ofSeconds(1), () -> now);
        strict.failed(address("192.0.2.1"));
        assertThat(strict.keepsOut(address("192.0.2.1"))).isTrue();
    }

    @Test
    void anIpv6AddressStandsForItsNetwork() throws Exception {
        fail(address("2001:db8:0:1::1"), 1);
        fail(address("2001:db8:0:1::2"), 1);
        fail(address("2001:db8:0:1:ffff::"), 1);
        assertThat(throttle.keepsOut(address("2001:db8:0:1::3"))).isTrue();
        assertThat(throttle.keepsOut(address("2001:db8:0:2::1"))).isFalse();
        assertThat(throttle.keepsOut(address("::ffff:192.0.2.1"))).isFalse();
    }

    @Test
    void eachLocalUserIsOneClientAndAllUnknownOnesAreAnother() {
        fail(new ClientAddress.Unix("alice"), 3);
        assertThat(throttle.keepsOut(new ClientAddress.Unix("alice"))).isTrue();
        assertThat(throttle.keepsOut(new ClientAddress.Unix("bob"))).isFalse();
        assertThat(throttle.keepsOut(new ClientAddress.Unix(null))).isFalse();
        fail(new ClientAddress.Unix(null), 3);
        assertThat(throttle.keepsOut(new ClientAddress.Unix(null))).isTrue();
        assertThat(throttle.keepsOut(new ClientAddress.Unix("bob"))).isFalse();
    }

    @Test
    void memoryIsBoundedAndTheOldestIsForgotten() throws Exception {
        ClientAddress first = address("192.0.2.1");
        fail(first, 3);
        for (int i = 0; i < LoginThrottle.CAPACITY - 1; i++) {
            fail(address("10.0." + (i >> 8) + "." + (i & 0xFF)), 1);
        }
        assertThat(throttle.keepsOut(first)).isTrue();
        assertThat(throttle.size()).isEqualTo(LoginThrottle.CAPACITY);
        fail(address("192.0.2.2"), 3);
        assertThat(throttle.size()).isEqualTo(LoginThrottle.CAPACITY);
        assertThat(throttle.keepsOut(first)).isFalse();
        assertThat(throttle.keepsOut(address("192.0.2.2"))).isTrue();
    }

    @Test
    void offRemembersNothing() throws Exception {
        LoginThrottle off = new LoginThrottle(() -> 0, () -> Duration.ZERO, () -> now);
        off.failed(address("192.0.2.1"));
        assertThat(off.keepsOut(address("192.0.2.1"))).isFalse();
        assertThat(off.size()).isZero();
    }

    @Test
    void theCapsKeepThemOut() throws Exception {
        ConnectionLimits limits = new ConnectionLimits(new SystemNetwork(), () -> 10, () -> 10, throttle);
        ClientAddress client = address("192.0.2.1");
        fail(client, 3);
        assertThat(limits.enter(client)).contains(Rejection.TOO_MANY_FAILED_LOGINS);
        assertThat(limits.awaitNone(Duration.ZERO)).isTrue();
        now += 10 * MINUTE;
        assertThat(limits.enter(client)).isEmpty();
    }
}
