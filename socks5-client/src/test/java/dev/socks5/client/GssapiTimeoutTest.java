package dev.socks5.client;

import static dev.socks5.codec.ProtectionLevel.INTEGRITY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.AdditionalAnswers.delegatesTo;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;

import dev.socks5.codec.ClientNegotiation;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.GssapiContext;
import dev.socks5.codec.GssapiToken;
import dev.socks5.testing.FakeContext;
import dev.socks5.testing.GssapiPeer;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The deadline, whoever takes the time. */
@Timeout(60)
class GssapiTimeoutTest {

    private static final Endpoint DESTINATION = Endpoint.of("a.b", 80);

    @Test
    void theDeadlineHoldsAgainstAProxyThatDrips() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        GssapiUser user = new GssapiUser(INTEGRITY);
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            GssapiPeer peer = GssapiPeer.of(client).negotiate(INTEGRITY);
            peer.request();
            try {
                while (!over.await(50, TimeUnit.MILLISECONDS)) {
                    peer.send(peer.wrapped()); // whole messages of nothing
                }
            } catch (IOException e) {
                // It has hung up, as it should.
            }
        })) {
            Socks5Client client = proxy.clientBuilder()
                    .gssapi(user)
                    .connectTimeout(Duration.ofMillis(500))
                    .build();
            assertThatThrownBy(() -> client.connect(DESTINATION)).isInstanceOf(SocketTimeoutException.class);
            over.countDown();
            proxy.received();
            user.assertClosed(1);
        }
    }

    @Test
    void aMechanismThatTakesItsTimeCannotMakeUpForIt() throws Exception {
        FakeContext fake = FakeContext.initiator("alice");
        GssapiContext slow = mock(GssapiContext.class, delegatesTo(fake));
        CountDownLatch waited = new CountDownLatch(1);
        doAnswer(call -> {
                    waited.await(1, TimeUnit.SECONDS); // Nobody counts it down.
                    return fake.establish(call.getArgument(0));
                })
                .when(slow)
                .establish(any());
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            GssapiPeer.of(client).select();
            client.awaitEnd();
        })) {
            Socks5Client client = proxy.clientBuilder()
                    .gssapi((endpoint, command, destination) -> ClientNegotiation.gssapi(slow, INTEGRITY, false))
                    .connectTimeout(Duration.ofMillis(500))
                    .build();
            assertThatThrownBy(() -> client.connect(DESTINATION)).isInstanceOf(SocketTimeoutException.class);
            assertThat(proxy.received()).doesNotContain("61 6c 69 63 65"); // alice
            assertThat(fake.isClosed()).isTrue();
        }
    }

    @Test
    void theDeadlineHoldsWhereAMessageIsTooLongForTheSendBuffer() throws Exception {
        FakeContext fake = FakeContext.initiator("alice");
        GssapiContext wordy = mock(GssapiContext.class, delegatesTo(fake));
        doAnswer(call -> new byte[GssapiToken.MAX_LENGTH]).when(wordy).establish(any());
        CountDownLatch over = new CountDownLatch(1);
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            GssapiPeer.of(client).select();
            // An answer for each token, and no token is read: soon there is no room for more.
            try {
                while (over.getCount() > 0) {
                    client.send("01 01 00 01 00");
                }
            } catch (IOException e) {
                // It has hung up, as it should.
            }
        })) {
            Socks5Client client = proxy.clientBuilder()
                    .gssapi((endpoint, command, destination) -> ClientNegotiation.gssapi(wordy, INTEGRITY, false))
                    .connectTimeout(Duration.ofSeconds(1))
                    .build();
            assertThatThrownBy(() -> client.connect(DESTINATION)).isInstanceOf(SocketTimeoutException.class);
            over.countDown();
            proxy.received();
            assertThat(fake.isClosed()).isTrue();
        }
    }
}
