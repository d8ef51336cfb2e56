package dev.socks5.client;

import static dev.socks5.client.ScriptedProxy.NO_AUTHENTICATION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.RequestRejectedException;
import java.io.IOException;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tor's RESOLVE and RESOLVE_PTR. */
@Timeout(30)
class LookupsTest {

    private static final byte[] ADDRESS = {(byte) 192, 0, 2, 1};

    private static ScriptedProxy answering(String reply) throws IOException {
        return new ScriptedProxy(client -> {
            client.greet(NO_AUTHENTICATION);
            client.readRequest();
            client.send(reply);
            client.awaitEnd();
        });
    }

    @Test
    void asksForTheAddressOfAName() throws Exception {
        try (ScriptedProxy proxy = answering("05 00 00 01 c0 00 02 01 00 00")) {
            InetAddress answer = proxy.client().resolve("a.b");
            assertThat(answer.getAddress()).isEqualTo(ADDRESS);
            assertThat(answer.getHostName()).isEqualTo("a.b"); // It is not looked up.
            assertThat(proxy.received()).isEqualTo("05 01 00 05 f0 00 03 03 61 2e 62 00 00");
        }
    }

    @Test
    void takesIpv6Addresses() throws Exception {
        try (ScriptedProxy proxy = answering("05 00 00 04 20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01 00 00")) {
            assertThat(proxy.client().resolve("a.b").getHostAddress()).isEqualTo("2001:db8:0:0:0:0:0:1");
        }
    }

    @Test
    void asksForTheNameOfAnAddress() throws Exception {
        try (ScriptedProxy proxy = answering("05 00 00 03 03 61 2e 62 00 00")) {
            assertThat(proxy.client().nameOf(InetAddress.getByAddress(ADDRESS))).isEqualTo("a.b");
            assertThat(proxy.received()).isEqualTo("05 01 00 05 f1 00 01 c0 00 02 01 00 00");
        }
    }

    @Test
    void aNameIsNoAddress() throws Exception {
        try (ScriptedProxy proxy = answering("05 00 00 03 09 6c 6f 63 61 6c 68 6f 73 74 00 00")) {
            assertThatThrownBy(() -> proxy.client().resolve("a.b")).isInstanceOf(MalformedMessageException.class);
            proxy.received();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "05 00 00 01 c0 00 02 01 00 00",
                "05 00 00 03 03 61 0a 62 00 00",
                "05 00 00 03 05 31 32 37 2e 31 00 00"
            })
    void whatIsNoNameOfAHostIsNoName(String reply) throws Exception {
        try (ScriptedProxy proxy = answering(reply)) {
            InetAddress address = InetAddress.getByAddress(ADDRESS);
            assertThatThrownBy(() -> proxy.client().nameOf(address)).isInstanceOf(MalformedMessageException.class);
            proxy.received();
        }
    }

    @Test
    void tellsThatTheProxyLooksNothingUp() throws Exception {
        try (ScriptedProxy proxy = answering("05 07 00 01 00 00 00 00 00 00")) {
            assertThatExceptionOfType(RequestRejectedException.class)
                    .isThrownBy(() -> proxy.client().resolve("a.b"))
                    .satisfies(e -> assertThat(e.reply().code()).isEqualTo(ReplyCode.COMMAND_NOT_SUPPORTED));
            proxy.received();
        }
    }

    @Test
    void whatIsNoNameIsNotSent() throws Exception {
        try (ScriptedProxy proxy = answering("")) {
            assertThatIllegalArgumentException().isThrownBy(() -> proxy.client().resolve("b\u00fccher.example"));
            assertThat(proxy.isUntouched()).isTrue();
        }
    }
}
