package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.socks5.client.Socks5Client;
import dev.socks5.client.Socks5ClientBuilder;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.codec.Request;
import dev.socks5.codec.SendAhead;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a server makes of messages that come together, as {@link SendingAhead} has it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
interface FlightMatrix {

    /** Where the server under test listens. */
    InetSocketAddress proxy();

    /** What is known of it. */
    SendingAhead row();

    /** What it asks for, if it does. */
    default @Nullable PasswordRequest login() {
        return null;
    }

    /** What to ask it for: the port is that of an echo on 127.0.0.1. */
    default Request request(int port) {
        return Request.connect(Endpoint.of("127.0.0.1", port));
    }

    default Finding finding(SendAhead ahead, String firstBytes) throws IOException {
        try (Origin origin = Origin.echo()) {
            return new Flight(login(), ahead, firstBytes).to(proxy(), request(origin.port()));
        }
    }

    /** What is known of a request behind the greeting, with a login between them if there is one. */
    default Finding known() {
        return login() == null ? row().request : row().login;
    }

    @Test
    default void everythingBehindTheGreeting() throws IOException {
        assertThat(finding(SendAhead.ALL, "")).isEqualTo(known());
    }

    @Test
    default void ourClientSaysIfItIsNotTaken() {
        Socks5ClientBuilder builder = Socks5Client.builder()
                .proxy(proxy())
                .connectTimeout(known() == Finding.TAKES ? ClientMatrix.TIMEOUT : Duration.ofSeconds(1));
        Socks5Client client = login() == null
                ? builder.sendAhead().build()
                : builder.credentials(LoginMatrix.USER, LoginMatrix.PASSWORD)
                        .sendLoginAhead()
                        .build();
        Throwable failure = catchThrowable(() -> use(client));
        if (known().failure == null) {
            assertThat(failure).isNull();
        } else {
            assertThat(failure).isInstanceOf(known().failure).hasMessageContaining(Endpoint.of(proxy()) + "");
        }
    }

    /** Connects, and waits until something has come back. */
    default void use(Socks5Client client) throws IOException {
        try (Origin origin = Origin.echo();
                Socket tunnel = client.connect("127.0.0.1", origin.port())) {
            tunnel.setSoTimeout((int) ClientMatrix.TIMEOUT.toMillis());
            tunnel.getOutputStream().write(1);
            assertThat(tunnel.getInputStream().read()).isEqualTo(1);
        }
    }

    /** Through a server whose tunnels lead somewhere. */
    interface WithTunnel extends FlightMatrix {

        @Test
        default void firstBytesBehindTheRequest() throws IOException {
            assertThat(finding(SendAhead.NOTHING, "first bytes")).isEqualTo(row().firstBytes);
        }

        @Test
        default void firstBytesBehindEverything() throws IOException {
            assumeTrue(known() == Finding.TAKES, "what is in between is lost already");
            assertThat(finding(SendAhead.ALL, "first bytes")).isEqualTo(row().firstBytes);
        }
    }

    /** Through a server that asks for a login. */
    interface WithLogin extends FlightMatrix {

        @Override
        default PasswordRequest login() {
            return PasswordRequest.of(LoginMatrix.USER, LoginMatrix.PASSWORD);
        }

        @Test
        default void requestBehindTheLogin() throws IOException {
            assertThat(finding(SendAhead.ALL_BUT_LOGINS, "")).isEqualTo(row().requestBehindLogin);
        }
    }
}
