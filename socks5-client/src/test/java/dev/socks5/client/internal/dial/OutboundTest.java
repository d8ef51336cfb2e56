package dev.socks5.client.internal.dial;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutboundTest {

    /** It closes sockets, and others may want the lock to take note of that. */
    @Test
    void wakesWithoutTheLock() throws IOException {
        Outbound outbound = new Outbound(new Socket());
        List<Boolean> locked = new ArrayList<>();
        outbound.onClose(() -> locked.add(Thread.holdsLock(outbound)));
        outbound.close();
        assertThat(locked).containsExactly(false);
    }
}
