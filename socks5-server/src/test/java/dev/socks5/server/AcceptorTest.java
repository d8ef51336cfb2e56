package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What nothing but the end of the server may end. */
class AcceptorTest {

    private final ServerSocketChannel channel = mock(ServerSocketChannel.class);
    private final Registration registration = mock(Registration.class);
    private EventLoop loop; // Not started: this thread stands for it.
    private Acceptor acceptor;

    @BeforeEach
    void create() throws IOException {
        loop = Loops.open();
        ListenAddress listen = new ListenAddress(new InetSocketAddress("127.0.0.1", 1), List.of());
        acceptor = new Acceptor(mock(Core.class), listen, channel, loop, List.of(loop), new AtomicLong());
        when(channel.isOpen()).thenReturn(true);
        when(registration.isValid()).thenReturn(true);
    }

    @AfterEach
    void discard() {
        loop.discard();
    }

    /** Else a loop that is short of memory could stop listening for ever. */
    @Test
    void itIsTriedAgainEvenIfItCannotBePaused() throws IOException {
        when(channel.accept()).thenThrow(new OutOfMemoryError("on purpose"));
        doThrow(new OutOfMemoryError("on purpose")).when(registration).interestOps(0);
        acceptor.ready(registration);
        acceptor.ready(registration);
        assertThat(loop.timers().size()).isEqualTo(1);
        verify(channel, never()).close();
    }

    @Test
    void noFailureOfItsOwnEndsIt() throws IOException {
        acceptor.abort(CloseReason.FAULT);
        verify(channel, never()).close();
    }

    @Test
    void itEndsWithTheServer() throws IOException {
        acceptor.abort(CloseReason.SHUTDOWN);
        verify(channel).close();
    }
}
