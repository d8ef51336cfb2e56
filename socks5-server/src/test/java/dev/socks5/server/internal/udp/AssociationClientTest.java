package dev.socks5.server.internal.udp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Who is heard as an association's client, by a clock that is moved by hand. */
class AssociationClientTest {

    private static final int ANY_PORT = 0;
    private static final long NEVER = Long.MAX_VALUE;
    private static final long SILENCE = TimeUnit.SECONDS.toNanos(30);

    private static final InetSocketAddress OLD = new InetSocketAddress("192.0.2.1", 1000);
    private static final InetSocketAddress NEW = new InetSocketAddress("192.0.2.1", 2000);
    private static final InetSocketAddress STRANGER = new InetSocketAddress("192.0.2.2", 1000);

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 10); // It may pass its greatest value.

    private AssociationClient client(int onlyPort, long moveAfter) {
        return new AssociationClient(OLD.getAddress(), onlyPort, moveAfter, clock::get);
    }

    @Test
    void anyPortOfItsAddressMayComeFirst() {
        AssociationClient client = client(ANY_PORT, NEVER);
        assertThat(client.mayBe(OLD)).isTrue();
        assertThat(client.mayBe(NEW)).isTrue();
        assertThat(client.mayBe(STRANGER)).isFalse();
        assertThat(client.current()).isNull();
    }

    @Test
    void theFirstPortHeardIsKeptForEver() {
        AssociationClient client = client(ANY_PORT, NEVER);
        assertThat(client.hear(OLD)).isEmpty(); // To be heard first is no move.
        assertThat(client.current()).isEqualTo(OLD);
        clock.addAndGet(TimeUnit.DAYS.toNanos(1_000));
        assertThat(client.mayBe(OLD)).isTrue();
        assertThat(client.mayBe(NEW)).isFalse();
    }

    @Test
    void anotherPortIsHeardAfterTheSilenceAndNotBefore() {
        AssociationClient client = client(ANY_PORT, SILENCE);
        client.hear(OLD);
        clock.addAndGet(SILENCE - 1);
        assertThat(client.mayBe(NEW)).isFalse();
        clock.addAndGet(1);
        assertThat(client.mayBe(NEW)).isTrue();
        assertThat(client.mayBe(STRANGER)).isFalse();
        assertThat(client.current()).isEqualTo(OLD); // As long as nothing proper has come from there.
        assertThat(client.hear(NEW)).contains(OLD);
        assertThat(client.current()).isEqualTo(NEW);
        assertThat(client.mayBe(OLD)).isFalse();
    }

    @Test
    void whatTheOldPortSendsPutsAMoveOff() {
        AssociationClient client = client(ANY_PORT, SILENCE);
        client.hear(OLD);
        clock.addAndGet(SILENCE - 1);
        assertThat(client.hear(OLD)).isEmpty();
        clock.addAndGet(SILENCE - 1);
        assertThat(client.mayBe(NEW)).isFalse();
        clock.addAndGet(1);
        assertThat(client.mayBe(NEW)).isTrue();
    }

    @Test
    void aMoveHasToBeWaitedForEachTime() {
        AssociationClient client = client(ANY_PORT, SILENCE);
        client.hear(OLD);
        clock.addAndGet(SILENCE);
        client.hear(NEW);
        clock.addAndGet(SILENCE - 1);
        assertThat(client.mayBe(OLD)).isFalse();
        clock.addAndGet(1);
        assertThat(client.hear(OLD)).contains(NEW);
    }

    @Test
    void timeInWhichNobodyListenedIsNoSilence() {
        AssociationClient client = client(ANY_PORT, SILENCE);
        client.hear(OLD);
        clock.addAndGet(SILENCE);
        client.listenAgain();
        assertThat(client.mayBe(NEW)).isFalse();
        clock.addAndGet(SILENCE);
        assertThat(client.mayBe(NEW)).isTrue();
    }

    @Test
    void aPortThatIsStrictIsTheOnlyOneBeforeAndAfterTheSilence() {
        AssociationClient client = client(OLD.getPort(), SILENCE);
        assertThat(client.mayBe(NEW)).isFalse();
        assertThat(client.mayBe(STRANGER)).isFalse();
        assertThat(client.mayBe(OLD)).isTrue();
        client.hear(OLD);
        clock.addAndGet(SILENCE);
        assertThat(client.mayBe(NEW)).isFalse();
        assertThat(client.mayBe(OLD)).isTrue();
    }
}
