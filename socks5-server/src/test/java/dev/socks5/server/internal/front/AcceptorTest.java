package dev.socks5.server.internal.front;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.socks5.server.CloseReason;
import dev.socks5.server.Loops;
import dev.socks5.server.internal.net.EventLoop;
import dev.socks5.server.internal.net.Listener;
import dev.socks5.server.internal.net.Registration;
import dev.socks5.server.internal.policy.ListenAddress;
import dev.socks5.server.internal.session.Core;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What nothing but the end of the server may end. */
class AcceptorTest {

    private final ServerSocketChannel channel = mock(ServerSocketChannel.class);
    private final Registration registration = mock(Registration.class);
    private final EventLoop home = mock(EventLoop.class);
    private final Listener listener = new Listener(channel);
    private EventLoop loop; // Not started: this thread stands for it.
    private Acceptor acceptor;

    @BeforeEach
    void create() throws IOException {
        loop = Loops.open();
        ListenAddress listen = new ListenAddress(new InetSocketAddress("127.0.0.1", 1), List.of());
        when(home.timers()).thenReturn(loop.timers());
        when(home.register(channel, SelectionKey.OP_ACCEPT, listener)).thenReturn(registration);
        when(channel.isOpen()).thenReturn(true);
        when(registration.isValid()).thenReturn(true);
        acceptor = new Acceptor(mock(Core.class), listen, listener, home, List.of(home), new AtomicLong());
        acceptor.open();
    }

    @AfterEach
    void discard() {
        loop.discard();
    }

    /** Else a loop that is short of memory could stop listening for ever. */
    @Test
    void itIsTriedAgainEvenIfItCannotBePaused() throws IOException {
        when(channel.accept()).thenThrow(new OutOfMemoryError("on purpose"));
        doThrow(new OutOfMemoryError("on purpose")).when(registration).interest(SelectionKey.OP_ACCEPT, false);
        listener.ready(registration);
        listener.ready(registration);
        assertThat(loop.timers().size()).isEqualTo(1);
        verify(channel, never()).close();
    }

    @Test
    void noFailureOfItsOwnEndsIt() throws IOException {
        listener.abort(CloseReason.FAULT);
        verify(channel, never()).close();
    }

    @Test
    void anOutageIsToldOfOnce() throws IOException {
        SocketChannel gone = mock(SocketChannel.class);
        when(gone.getRemoteAddress()).thenThrow(new IOException("gone"));
        when(channel.accept())
                .thenThrow(new IOException("no descriptors"))
                .thenReturn(gone) // One has become free,
                .thenThrow(new IOException("no descriptors")) // and was not enough.
                .thenReturn(null)
                .thenThrow(new IOException("no descriptors"));
        List<String> warnings = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                warnings.add(line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger log = Logger.getLogger("dev.socks5.server");
        log.addHandler(handler);
        log.setUseParentHandlers(false);
        try {
            listener.ready(registration);
            readyAfterAPause();
            assertThat(warnings).hasSize(1);
            readyAfterAPause();
            readyAfterAPause();
            assertThat(warnings).hasSize(2);
        } finally {
            log.removeHandler(handler);
            log.setUseParentHandlers(true);
        }
    }

    @Test
    void itEndsWithTheServer() throws IOException {
        listener.abort(CloseReason.SHUTDOWN);
        verify(channel).close();
    }

    private void readyAfterAPause() {
        listener.accepting(true);
        listener.ready(registration);
    }
}
