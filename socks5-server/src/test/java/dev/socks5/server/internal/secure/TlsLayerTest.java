package dev.socks5.server.internal.secure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.socks5.server.Loops;
import dev.socks5.server.TlsPeers;
import dev.socks5.server.internal.net.Connection;
import dev.socks5.server.internal.net.EventLoop;
import dev.socks5.server.internal.net.Layer;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLProtocolException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The layer of a server against an engine of the JDK's, without sockets. */
@Timeout(60)
class TlsLayerTest {

    private static final String V12 = "TLSv1.2";
    private static final String V13 = "TLSv1.3";

    private final SSLEngine client = TlsPeers.clientContext().createSSLEngine("localhost", 1);
    private final Bytes toServer = new Bytes();
    private final ByteBuffer toClient = ByteBuffer.allocate(1 << 20);
    private EventLoop loop;
    private TlsLayer layer;

    /** What has come from the client and not been read: gives as much of it at a time as a test says. */
    private static final class Bytes implements ReadableByteChannel {
        private final ByteArrayOutputStream all = new ByteArrayOutputStream();
        private int taken;
        private boolean ended;
        private IntUnaryOperator portion = there -> there;

        @Override
        public int read(ByteBuffer in) {
            int there = all.size() - taken;
            if (there == 0) {
                return ended ? -1 : 0;
            }
            int count = Math.min(in.remaining(), Math.max(1, portion.applyAsInt(there)));
            in.put(all.toByteArray(), taken, count);
            taken += count;
            return count;
        }

        private boolean isEmpty() {
            return taken == all.size();
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    @BeforeEach
    void open() throws IOException {
        loop = Loops.open(); // Not started: this thread stands for it.
        Connection connection = mock(Connection.class);
        when(connection.loop()).thenReturn(loop);
        layer = new TlsLayer(TlsTerms.of(TlsPeers.serverContext(), null).accept(), connection);
        layer.engine().beginHandshake();
        client.setUseClientMode(true);
    }

    @AfterEach
    void close() {
        loop.discard();
    }

    /** Has the client say all that it wants to say, after what it was told. */
    private void hear() throws IOException {
        toClient.flip();
        while (true) {
            switch (client.getHandshakeStatus()) {
                case NEED_TASK -> client.getDelegatedTask().run();
                case NEED_WRAP -> say(Layer.NOTHING);
                default -> {
                    if (!toClient.hasRemaining()) {
                        toClient.clear();
                        return;
                    }
                    client.unwrap(toClient, ByteBuffer.allocate(20_000));
                }
            }
        }
    }

    private void say(ByteBuffer data) throws SSLException {
        do {
            ByteBuffer record = ByteBuffer.allocate(40_000);
            SSLEngineResult result = client.wrap(data, record);
            toServer.all.write(record.array(), 0, record.position());
            if (result.bytesProduced() == 0) {
                return;
            }
        } while (data.hasRemaining());
    }

    private byte @Nullable [] read(int room) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(room);
        int count;
        try {
            count = layer.read(toServer, out);
        } finally {
            toClient.put(layer.answer());
        }
        assertThat(count).isEqualTo(out.position() == 0 && count < 0 ? -1 : out.position());
        while (layer.needsWork()) {
            layer.engine().getDelegatedTask().run();
        }
        return count < 0 ? null : Arrays.copyOf(out.array(), out.position());
    }

    private void shakeHands(String version) throws IOException {
        client.setEnabledProtocols(new String[] {version});
        client.beginHandshake();
        for (int turns = 0; !layer.isEstablished(); turns++) {
            assertThat(turns).isLessThan(100_000);
            hear();
            read(0);
        }
        hear();
    }

    private byte[] readAll(int count, int room) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int turns = 0; all.size() < count; turns++) {
            assertThat(turns).isLessThan(1_000_000);
            all.writeBytes(Objects.requireNonNull(read(room)));
        }
        return all.toByteArray();
    }

    private static byte[] random(int count) {
        byte[] bytes = new byte[count];
        new Random(count).nextBytes(bytes);
        return bytes;
    }

    /** Whatever the portions in which bytes come, and whatever the room for them, handshake included. */
    @ParameterizedTest
    @CsvSource({
        "TLSv1.2, 1, 1",
        "TLSv1.3, 1, 1",
        "TLSv1.2, 3, 4096",
        "TLSv1.3, 3, 4096",
        "TLSv1.3, 1000, 16384",
        "TLSv1.2, 1000000, 65536",
        "TLSv1.3, 1000000, 65536",
        "TLSv1.3, 1000000, 7",
        "TLSv1.3, 16406, 16384",
        "TLSv1.3, 5, 100000"
    })
    void theSameBytesComeOut(String version, int portion, int room) throws Exception {
        toServer.portion = there -> Math.min(there, portion);
        shakeHands(version);
        byte[] sent = random(portion < 10 ? 40_001 : 200_001);
        say(ByteBuffer.wrap(sent));
        assertThat(readAll(sent.length, room)).isEqualTo(sent);
        assertThat(layer.held()).isZero();
        assertThat(layer.isPending()).isFalse();
    }

    /** Each place at which the client's whole flight can be cut in two. */
    @ParameterizedTest
    @ValueSource(strings = {V12, V13})
    void anySplitWillDo(String version) throws Exception {
        shakeHands(version);
        byte[] sent = random(100);
        for (int cut = 1; cut < 120; cut++) {
            int first = cut;
            say(ByteBuffer.wrap(sent));
            toServer.portion = there -> there > 100 ? Math.min(first, there) : there;
            assertThat(readAll(sent.length, 4096)).isEqualTo(sent);
            toServer.portion = there -> there;
        }
    }

    @Test
    void itReadsNoMoreThanThereIsRoomForExceptOneRecord() throws Exception {
        shakeHands(V13);
        say(ByteBuffer.wrap(random(1_000_000)));
        assertThat(read(100)).hasSize(100);
        assertThat(layer.held()).isLessThan(2 * 16_500);
        assertThat(layer.isPending()).isTrue();
    }

    /** It is read while there is room, without being asked for by any selector. */
    @Test
    void whatIsThereIsPendingUntilItIsTaken() throws Exception {
        shakeHands(V13);
        say(ByteBuffer.wrap(random(10)));
        say(ByteBuffer.wrap(random(10)));
        assertThat(read(10)).hasSize(10);
        assertThat(layer.isPending()).isTrue();
        assertThat(read(10)).hasSize(10);
        assertThat(layer.isPending()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {V12, V13})
    void anEndIsGivenOnceAndBehindEverythingElse(String version) throws Exception {
        shakeHands(version);
        say(ByteBuffer.wrap(random(10)));
        client.closeOutbound();
        say(Layer.NOTHING);
        assertThat(read(100)).hasSize(10);
        assertThat(layer.isPending()).isTrue();
        assertThat(read(100)).isNull();
        assertThat(layer.isPending()).isFalse();
        assertThat(read(100)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {V12, V13})
    void anEndWithoutACloseNotifyIsAFailure(String version) throws Exception {
        shakeHands(version);
        say(ByteBuffer.wrap(random(10)));
        toServer.ended = true;
        assertThat(read(100)).hasSize(10);
        assertThatThrownBy(() -> read(100)).isInstanceOf(EOFException.class);
    }

    @Test
    void itsOwnEndIsToldOnce() throws Exception {
        shakeHands(V13);
        ByteBuffer end = layer.finish();
        assertThat(end.remaining()).isPositive();
        assertThat(client.unwrap(end, ByteBuffer.allocate(20_000)).getStatus())
                .isEqualTo(SSLEngineResult.Status.CLOSED);
        assertThat(layer.finish().remaining()).isZero();
        say(ByteBuffer.wrap(random(10))); // The other direction is open.
        assertThat(read(100)).hasSize(10);
        assertThatThrownBy(() -> layer.wrap(ByteBuffer.allocate(1))).isInstanceOf(SSLException.class);
    }

    /** TLS 1.2 says that an end is to be answered by an end, and the engine does. */
    @Test
    void anEndOfTls12IsAnswered() throws Exception {
        shakeHands(V12);
        client.closeOutbound();
        say(Layer.NOTHING);
        assertThat(read(100)).isNull();
        toClient.flip();
        assertThat(client.unwrap(toClient, ByteBuffer.allocate(20_000)).getStatus())
                .isEqualTo(SSLEngineResult.Status.CLOSED);
        assertThat(layer.finish().remaining()).isZero();
    }

    @Test
    void beforeTheHandshakeIsDoneThereIsNoEndToTell() throws Exception {
        client.beginHandshake();
        hear();
        read(0);
        assertThat(layer.finish().remaining()).isZero();
    }

    /** Whatever the JDK's properties say: its default is to renegotiate. */
    @Test
    void aClientThatRenegotiatesIsRefused() throws Exception {
        shakeHands(V12);
        client.beginHandshake();
        hear();
        assertThat(toServer.isEmpty()).isFalse();
        assertThatThrownBy(() -> read(100))
                .isInstanceOf(SSLProtocolException.class)
                .hasMessage("the peer wants to renegotiate");
        assertThat(toClient.position()).isZero();
    }

    /** New keys of TLS 1.3, which the peer may ask for at any time: the layer answers with its own. */
    @Test
    void newKeysAreTakenAndAnswered() throws Exception {
        shakeHands(V13);
        for (int i = 0; i < 3; i++) {
            client.beginHandshake(); // After the handshake, this asks for new keys.
            say(ByteBuffer.wrap(random(10)));
            assertThat(readAll(10, 100)).isEqualTo(random(10));
            assertThat(toClient.position()).as("the answer").isPositive();
            hear();
            toClient.put(layer.wrap(ByteBuffer.wrap(random(100)))).flip();
            ByteBuffer out = ByteBuffer.allocate(20_000);
            client.unwrap(toClient, out);
            assertThat(Arrays.copyOf(out.array(), out.position())).isEqualTo(random(100));
            toClient.clear();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {V12, V13})
    void aChangedByteIsToldAndEndsIt(String version) throws Exception {
        shakeHands(version);
        say(ByteBuffer.wrap(random(100)));
        byte[] changed = toServer.all.toByteArray();
        changed[changed.length - 1] ^= 1;
        toServer.all.reset();
        toServer.all.writeBytes(changed);
        assertThatThrownBy(() -> read(1_000)).isInstanceOf(SSLException.class);
        assertThat(toClient.position()).as("an alert").isPositive();
        toServer.all.writeBytes(random(100));
        assertThat(read(1_000)).as("what follows is drained").isEmpty();
        toServer.ended = true;
        assertThat(read(1_000)).isNull();
    }

    @Test
    void aClientThatGivesUpHasNotShakenHands() throws Exception {
        client.beginHandshake();
        hear();
        read(0);
        toServer.all.writeBytes(new byte[] {0x15, 3, 3, 0, 2, 1, 0}); // close_notify
        assertThatThrownBy(() -> read(0)).isInstanceOf(SSLException.class);
    }

    /** More than fits into the loop's buffer, in one write. */
    @Test
    void aGreatWriteIsWrappedWhole() throws Exception {
        shakeHands(V13);
        byte[] sent = random(500_000);
        toClient.put(layer.wrap(ByteBuffer.wrap(sent))).flip();
        ByteBuffer out = ByteBuffer.allocate(600_000);
        while (toClient.hasRemaining()) {
            client.unwrap(toClient, out);
        }
        assertThat(Arrays.copyOf(out.array(), out.position())).isEqualTo(sent);
    }
}
