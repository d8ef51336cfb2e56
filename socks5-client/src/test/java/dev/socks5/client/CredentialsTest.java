package dev.socks5.client;

import static dev.socks5.client.ScriptedProxy.LOGIN_ACCEPTED;
import static dev.socks5.client.ScriptedProxy.LOGIN_SELECTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.PasswordRequest;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Logins that are made anew for each connection. */
@Timeout(60)
class CredentialsTest {

    private final AtomicInteger asked = new AtomicInteger();

    private PasswordRequest next() {
        return PasswordRequest.of("u" + asked.incrementAndGet(), "p");
    }

    private static ScriptedProxy acceptingLogin() throws Exception {
        return new ScriptedProxy(client -> {
            client.greet(LOGIN_SELECTED);
            client.readLogin();
            client.send(LOGIN_ACCEPTED);
            client.readRequest();
            client.send(ScriptedProxy.SUCCESS);
            client.awaitEnd();
        });
    }

    @Test
    void areAskedForOnceAConnection() throws Exception {
        for (int connection = 1; connection <= 2; connection++) {
            try (ScriptedProxy proxy = acceptingLogin()) {
                Socks5Client client =
                        proxy.clientBuilder().credentials(this::next).build();
                assertThat(asked).as("not before there is a connection").hasValue(connection - 1);
                client.connect("example.com", 80).close();
                assertThat(asked).hasValue(connection);
                assertThat(proxy.received()).contains("01 02 75 3" + connection + " 01 70");
            }
        }
    }

    @Test
    void nullIsNoLogin() throws Exception {
        try (ScriptedProxy proxy = ScriptedProxy.tunnel(ScriptedProxy.Client::awaitEnd)) {
            proxy.clientBuilder()
                    .credentials(() -> null)
                    .build()
                    .connect("example.com", 80)
                    .close();
            assertThat(proxy.received()).startsWith("05 01 00 05 01 00 03");
        }
    }

    @Test
    void areNotAskedForIfTheProxyCannotBeReached() throws Exception {
        try (Socket taken = new Socket()) {
            // Taken, so that nobody else can listen, but not listening.
            taken.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0));
            Socks5Client client = Socks5Client.builder()
                    .proxy((InetSocketAddress) taken.getLocalSocketAddress())
                    .credentials(this::next)
                    .build();
            assertThatThrownBy(() -> client.connect("example.com", 80)).isInstanceOf(ConnectException.class);
            assertThat(asked).hasValue(0);
        }
    }

    @Test
    void ofALaterProxyAreNotAskedForIfAnEarlierOneFails() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(client -> {
            client.greet(LOGIN_SELECTED);
            client.readLogin();
            client.send("01 01");
            client.awaitEnd();
        })) {
            AtomicInteger ofTheLater = new AtomicInteger();
            Socks5Client later = Socks5Client.builder()
                    .proxy("second.test", 1082)
                    .credentials(() -> {
                        ofTheLater.incrementAndGet();
                        return null;
                    })
                    .build();
            Socks5Client first = proxy.clientBuilder().credentials(this::next).build();
            assertThatThrownBy(() -> later.through(first).connect("example.com", 80))
                    .isInstanceOf(AuthenticationFailedException.class);
            assertThat(asked).hasValue(1);
            assertThat(ofTheLater).hasValue(0);
            proxy.received();
        }
    }

    @Test
    void thatFailCloseTheConnection() throws Exception {
        try (ScriptedProxy proxy = new ScriptedProxy(ScriptedProxy.Client::awaitEnd)) {
            Socks5Client client = proxy.clientBuilder()
                    .credentials(() -> {
                        throw new IllegalStateException("no login today");
                    })
                    .build();
            assertThatThrownBy(() -> client.connect("example.com", 80)).hasMessage("no login today");
            assertThat(proxy.received()).isEmpty();
        }
    }
}
