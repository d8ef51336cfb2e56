package dev.socks5.server.internal.transport;

import dev.socks5.codec.Endpoint;
import dev.socks5.server.internal.net.Connection;
import dev.socks5.server.internal.net.EventLoop;
import dev.socks5.server.transport.Transport;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.AsynchronousByteChannel;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What an embedder has given, and how a connection is made of it. */
public final class GivenTransport implements Transport {

    /** Makes a connection, once. */
    @FunctionalInterface
    private interface Opening {
        Connection open(EventLoop loop, Executor threads) throws IOException;
    }

    private final @Nullable CompletionStage<? extends Transport> later;
    private final @Nullable Endpoint bound;

    private GivenTransport(@Nullable CompletionStage<? extends Transport> later, @Nullable Endpoint bound) {
        this.later = later;
        this.bound = bound;
    }

    public static Transport socket(SocketChannel connected) {
        throw new UnsupportedOperationException();
    }

    public static Transport asynchronous(AsynchronousByteChannel channel) {
        throw new UnsupportedOperationException();
    }

    public static Transport blocking(ByteChannel channel) {
        throw new UnsupportedOperationException();
    }

    public static Transport streams(InputStream in, OutputStream out, Closeable whole) {
        throw new UnsupportedOperationException();
    }

    public static Transport served(Handler handler) {
        throw new UnsupportedOperationException();
    }

    public static Transport later(CompletionStage<? extends Transport> later) {
        return new GivenTransport(Objects.requireNonNull(later), null);
    }

    @Override
    public Transport endingOutputBy(Action action) {
        return this;
    }

    @Override
    public Transport resettingBy(Action action) {
        return this;
    }

    @Override
    public Transport bound(Endpoint address) {
        return new GivenTransport(later, address);
    }
}
