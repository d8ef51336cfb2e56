package dev.socks5.server.internal.udp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Who is heard as an association's client, by a clock that is moved by hand. */
class AssociationClientTest {

    private static final int NONE = 0;
    private static final long NEVER = Long.MAX_VALUE;
    private static final long SILENCE = TimeUnit.SECONDS.toNanos(30);

    private static final InetSocketAddress OLD = new InetSocketAddress("192.0.2.1", 1000);
    private static final InetSocketAddress NEW = new InetSocketAddress("192.0.2.1", 2000);
    private static final InetSocketAddress STRANGER = new InetSocketAddress("192.0.2.2", 1000);

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 10); // It may pass its greatest value.

    private AssociationClient client(int announced, long moveAfter) {
        return new AssociationClient(OLD.getAddress(), announced, false, moveAfter, clock::get);
    }

    @Test
    void anyPortOfItsAddressMayComeFirst() {
        AssociationClient client = client(NONE, NEVER);
        assertThat(client.mayBe(OLD)).isTrue();
        assertThat(client.mayBe(NEW)).isTrue();
        assertThat(client.mayBe(STRANGER)).isFalse();
        assertThat(client.current()).isNull();
    }

    @Test
    void theFirstPortHeardIsKeptForEver() {
        AssociationClient client = client(NONE, NEVER);
        assertThat(client.hear(OLD)).isEmpty(); // To be heard first is no move.
        assertThat(client.current()).isEqualTo(OLD);
        clock.addAndGet(TimeUnit.DAYS.toNanos(1_000));
        assertThat(client.mayBe(OLD)).isTrue();
        assertThat(client.mayBe(NEW)).isFalse();
    }

    @Test
    void anotherPortIsHeardAfterTheSilenceAndNotBefore() {
        AssociationClient client = client(NONE, SILENCE);
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
        AssociationClient client = client(NONE, SILENCE);
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
        AssociationClient client = client(NONE, SILENCE);
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
        AssociationClient client = client(NONE, SILENCE);
        client.hear(OLD);
        clock.addAndGet(SILENCE);
        client.listenAgain();
        assertThat(client.mayBe(NEW)).isFalse();
        clock.addAndGet(SILENCE);
        assertThat(client.mayBe(NEW)).isTrue();
    }

    @Test
    void thePortOfTheRequestComesBeforeOneThatWasHeardFirst() {
        AssociationClient client = client(OLD.getPort(), NEVER);
        assertThat(client.mayBe(NEW)).isTrue();
        client.hear(NEW);
        assertThat(client.mayBe(OLD)).isTrue();
        assertThat(client.mayBe(STRANGER)).isFalse(); // The same port at another address.
        assertThat(client.hear(OLD)).contains(NEW);
        assertThat(client.mayBe(NEW)).isFalse();
    }

    @Test
    void aStrictClientThatNamesNoPortMayHaveAny() {
        AssociationClient client = new AssociationClient(OLD.getAddress(), NONE, true, NEVER, clock::get);
        assertThat(client.mayBe(OLD)).isTrue();
        client.hear(OLD);
        assertThat(client.mayBe(NEW)).isFalse();
    }

    @Test
    void aPortThatIsStrictIsTheOnlyOneBeforeAndAfterTheSilence() {
        AssociationClient client = new AssociationClient(OLD.getAddress(), OLD.getPort(), true, SILENCE, clock::get);
        assertThat(client.mayBe(NEW)).isFalse();
        assertThat(client.mayBe(STRANGER)).isFalse();
        assertThat(client.mayBe(OLD)).isTrue();
        client.hear(OLD);
        clock.addAndGet(SILENCE);
        assertThat(client.mayBe(NEW)).isFalse();
        assertThat(client.mayBe(OLD)).isTrue();
    }
}
