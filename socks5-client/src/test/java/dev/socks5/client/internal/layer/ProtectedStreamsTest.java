package dev.socks5.client.internal.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyBoolean;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;

import dev.socks5.client.Blocked;
import dev.socks5.codec.ClientNegotiation;
import dev.socks5.codec.GssapiContext;
import dev.socks5.codec.GssapiException;
import dev.socks5.codec.Protection;
import dev.socks5.codec.ProtectionLevel;
import dev.socks5.codec.ServerNegotiation;
import dev.socks5.codec.Socks5Exception;
import dev.socks5.codec.Turn;
import dev.socks5.testing.FakeContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What takes a mechanism or a network that fails to see. */
@Timeout(60)
class ProtectedStreamsTest {

    private final FakeContext fake = FakeContext.initiator("alice");
    private final GssapiContext context = mock(GssapiContext.class, delegatesTo(fake));
    private final AtomicBoolean closed = new AtomicBoolean();

    private SharedProtection protection() throws Socks5Exception {
        ClientNegotiation here = ClientNegotiation.gssapi(context, ProtectionLevel.INTEGRITY, false);
        ServerNegotiation there = ServerNegotiation.gssapi(
                FakeContext.acceptor(),
                ProtectionLevel.INTEGRITY,
                ProtectionLevel.CONFIDENTIALITY,
                false,
                name -> Optional.of(() -> name));
        while (here.turn() != Turn.DONE) {
            ByteBuffer said = here.send();
            while (said.hasRemaining()) {
                there.receive(said);
            }
            here.receive(there.send());
        }
        Protection agreed = here.protection().orElseThrow();
        return new SharedProtection(agreed);
    }

    private ProtectedOutput output(OutputStream below) throws Socks5Exception {
        return new ProtectedOutput(below, protection(), () -> closed.set(true));
    }

    @Test
    void writesEachMessageAtOnce() throws Exception {
        int[] writes = {0};
        ProtectedOutput out = output(new OutputStream() {
            @Override
            public void write(int octet) {
                writes[0]++;
            }

            @Override
            public void write(byte[] octets, int offset, int length) {
                writes[0]++;
            }
        });
        out.write(new byte[200_000]);
        assertThat(writes[0]).isEqualTo(4);
        out.write(7);
        assertThat(writes[0]).isEqualTo(5);
        out.write(new byte[0]);
        assertThat(writes[0]).isEqualTo(5);
        assertThatThrownBy(() -> out.write(new byte[1], 1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        out.write(7);
        assertThat(writes[0]).isEqualTo(6);
    }

    @Test
    void aMessageThatIsCutShortIsTheLast() throws Exception {
        boolean[] fails = {true};
        int[] written = {0};
        ProtectedOutput out = output(new OutputStream() {
            @Override
            public void write(int octet) throws IOException {
                written[0]++;
                if (fails[0] && written[0] == 3) {
                    throw new IOException("no more room");
                }
            }
        });
        assertThatThrownBy(() -> out.write(1)).hasMessage("no more room");
        fails[0] = false;
        assertThatThrownBy(() -> out.write(1)).isInstanceOf(SocketException.class);
        assertThat(written[0]).isEqualTo(3);
    }

    @Test
    void aMechanismThatFailsClosesTheConnection() throws Exception {
        ByteArrayOutputStream below = new ByteArrayOutputStream();
        ProtectedOutput out = output(below);
        doThrow(new GssapiException("the ticket has expired", null))
                .when(context)
                .wrap(any(), anyBoolean());
        assertThatThrownBy(() -> out.write(1)).isInstanceOf(GssapiException.class);
        assertThat(closed).isTrue();
        assertThat(below.size()).isZero();
    }

    @Test
    void aContextEndsOnlyWhenNobodyIsInIt() throws Exception {
        SharedProtection protection = protection();
        CountDownLatch wrapping = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        doAnswer(call -> {
                    wrapping.countDown();
                    goOn.await();
                    assertThat(fake.isClosed()).isFalse();
                    return fake.wrap(call.getArgument(0), call.getArgument(1));
                })
                .when(context)
                .wrap(any(), anyBoolean());
        Blocked writer = Blocked.in(() -> protection.wrap(ByteBuffer.allocate(1)));
        wrapping.await();
        Blocked closer = Blocked.in(protection::close);
        assertThat(fake.isClosed()).isFalse();
        goOn.countDown();
        assertThat(writer.failure()).isNull();
        assertThat(closer.failure()).isNull();
        assertThat(fake.isClosed()).isTrue();
        protection.close();
        assertThatThrownBy(() -> protection.wrap(ByteBuffer.allocate(1))).isInstanceOf(SocketException.class);
        assertThatThrownBy(() -> protection.unwrapDatagram(ByteBuffer.allocate(1)))
                .isInstanceOf(SocketException.class);
    }
}
