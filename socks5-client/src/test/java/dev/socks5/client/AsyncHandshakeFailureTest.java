package dev.socks5.client;

import static dev.socks5.client.ScriptedProxy.LOGIN_SELECTED;
import static dev.socks5.client.ScriptedProxy.NO_AUTHENTICATION;
import static dev.socks5.client.ScriptedProxy.SUCCESS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.RequestRejectedException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever fails in a handshake, fails as it does for a caller who waits, and the connection is closed. */
@Timeout(30)
class AsyncHandshakeFailureTest {

    @ParameterizedTest
    @ValueSource(strings = {"05 ff", "05 01", "05 80", "04 00", "48 54", "05", ""})
    void inTheSelection(String answer) throws Exception {
        Failures.same(client -> {
            client.greet(answer);
            client.socket().shutdownOutput();
            client.awaitEnd();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"01 01", "05 ff", "02 00", "01", ""})
    void inTheLogin(String answer) throws Exception {
        Failures.same(client -> {
            client.greet(LOGIN_SELECTED);
            client.readLogin();
            client.send(answer);
            client.socket().shutdownOutput();
            client.awaitEnd();
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "05 01 00 01 00 00 00 00 00 00",
                "05 5b 00 01 00 00 00 00 00 00",
                "05 ff 00 03 01 61 00 00",
                "05 04",
                "05 04 00 01 00",
                "04 00 00 01 00 00 00 00 00 00",
                "05 00 00 02 00 00 00 00 00 00",
                "05 00",
                "05 00 00 01 00 00 00 00 00",
                "05",
                ""
            })
    void inTheReply(String answer) throws Exception {
        Failures.same(client -> {
            client.greet(NO_AUTHENTICATION);
            client.readRequest();
            client.send(answer);
            client.socket().shutdownOutput();
            client.awaitEnd();
        });
    }

    @ParameterizedTest
    @CsvSource({"05 05, true", "05, false", "05 00, false"})
    void byAResetInTheReply(String answer, boolean rejected) throws Exception {
        Throwable failure = Failures.same(client -> {
            client.greet(NO_AUTHENTICATION);
            client.readRequest();
            client.send(answer);
            client.reset();
        });
        assertThat(failure).isInstanceOf(rejected ? RequestRejectedException.class : MalformedMessageException.class);
    }

    @Test
    void takesEveryReplyButSuccessForAFailure() throws Exception {
        for (int code = 1; code <= 0xFF; code++) {
            String reply = "05 %02x 00 01 00 00 00 00 00 00".formatted(code);
            try (ScriptedProxy proxy = new ScriptedProxy(client -> {
                client.greet(NO_AUTHENTICATION);
                client.readRequest();
                client.send(reply);
                client.awaitEnd();
            })) {
                assertThat(Failures.async(proxy.client(), Failures.DESTINATION))
                        .isInstanceOf(RequestRejectedException.class);
                proxy.received();
            }
        }
    }

    @Test
    void inTheSecondProxyOfAChain() throws Exception {
        Supplier<ScriptedProxy.Script> script = () -> client -> {
            client.greet(NO_AUTHENTICATION);
            client.readRequest();
            client.send(SUCCESS);
            client.greet("05 ff");
            client.awaitEnd();
        };
        try (ScriptedProxy one = new ScriptedProxy(script.get());
                ScriptedProxy other = new ScriptedProxy(script.get())) {
            Socks5Client second = Socks5Client.builder().proxy("b.c", 1).build();
            Failures.assertSame(
                    Failures.async(second.through(one.client()), Failures.DESTINATION),
                    catchThrowable(() -> second.through(other.client()).openChannel(Failures.DESTINATION)));
            assertThat(one.received()).isEqualTo(other.received());
        }
    }
}
