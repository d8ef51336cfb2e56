package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.client.Socks5Client;
import dev.socks5.client.Socks5ClientBuilder;
import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.NoAcceptableMethodException;
import org.junit.jupiter.api.Test;

/** The same through a server that requires a login. */
interface LoginMatrix extends ClientMatrix {

    String USER = "alice";
    String PASSWORD = "s3cret";

    @Override
    default Socks5ClientBuilder client() {
        return ClientMatrix.super.client().credentials(USER, PASSWORD);
    }

    @Test
    default void isToldThatTheLoginIsWrong() {
        Socks5Client client = client().credentials(USER, "wrong").build();
        assertThatThrownBy(() -> client.connect("127.0.0.1", 9)).isInstanceOf(AuthenticationFailedException.class);
    }

    @Test
    default void isToldThatALoginIsMissing() {
        Socks5Client client = ClientMatrix.super.client().build();
        assertThatThrownBy(() -> client.connect("127.0.0.1", 9)).isInstanceOf(NoAcceptableMethodException.class);
    }
}
