package dev.socks5.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Test;

/** What standard input may be; with a real socket, the server is tested by {@link HandOverIT}. */
class InheritedSocketTest {

    @Test
    void aSocketThatListensIsTaken() throws Exception {
        try (ServerSocketChannel channel = ServerSocketChannel.open()) {
            assertThat(InheritedSocket.listening(channel)).isSameAs(channel);
        }
    }

    @Test
    void aConnectionIsNot() throws Exception {
        try (SocketChannel connection = SocketChannel.open()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> InheritedSocket.listening(connection))
                    .withMessageContainingAll("a socket that does not listen", "Accept=no", "inetd: wait");
        }
    }

    @Test
    void nothingElseIs() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> InheritedSocket.listening(null))
                .withMessageContaining("no socket");
    }
}
