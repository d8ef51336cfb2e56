package dev.socks5.server.transport;

import dev.socks5.codec.Endpoint;
import dev.socks5.server.internal.net.Connection;
import dev.socks5.server.internal.transport.GivenTransport;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.AsynchronousByteChannel;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * A way to a destination that a {@link Dialer} has made: one of several kinds of channels or streams, and what has to
 * be done at its ends. Limits, back-pressure, events and statistics hold for it as for a connection of the server's
 * own: no more is read from it than the client takes, and no more is taken from the client than it takes.
 *
 * <p>What may block runs on threads of the server, never on an event loop, and apart from
 * {@link dev.socks5.server.Socks5ServerBuilder#executor}, which tunnels would use up. They are virtual threads from
 * Java 24 on. Before that, each tunnel whose reads or writes block has up to two platform threads: virtual ones that
 * block within {@code synchronized}, as some libraries do, could stop all others of the JVM.
 *
 * <p>An end of output that is not known how to pass on ({@link #endingOutputBy}) is passed on by the end of the whole:
 * until then the other direction goes on, as long as the limit for half-closed tunnels allows.
 *
 * <p>At the end of a tunnel the last bytes and the end of output are passed on before the close. If that takes ten
 * seconds without a byte, or a minute altogether, everything is closed as by a reset; at the server's close, at once.
 *
 * <p>Immutable. Each one serves one tunnel: a request for which a dialler gives the same one again, or a copy, fails
 * with reply 01. One of a {@link Handler} may be given again, and its handler is called each time.
 */
public sealed interface Transport permits GivenTransport {

    /** Something to be done on a thread that may block. */
    @FunctionalInterface
    interface Action {

        /**
         * Does it.
         *
         * @throws IOException if it fails: the tunnel is broken
         */
        void run() throws IOException;
    }

    /** A destination inside this JVM. */
    @FunctionalInterface
    interface Handler {

        /**
         * Serves one client. Its return is the end of the output; what the client sends after that is dropped. Any
         * exception resets the client's connection, and is logged if it is no {@link IOException}.
         *
         * <p>It is never interrupted. It notices by its streams that the client's connection has ended, also if it is
         * the server that has ended it: because of a limit, or at its close, which does not wait for handlers.
         *
         * @param in gives what the client sends, up to the end of its output; throws when the connection was reset
         * @param out goes to the client, and blocks while that does not read; throws when the connection has ended
         * @throws IOException if the client has gone, or is to be told by a reset that something is wrong
         */
        void serve(InputStream in, OutputStream out) throws IOException;
    }

    /**
     * Takes a socket, which the event loop serves itself, as one of its own. It is the fastest kind. Options of the
     * socket stay as they are; it is made non-blocking.
     *
     * @param connected connected, registered with no selector, and of the JDK's default provider; else the request
     *     fails with reply 01
     * @return a transport whose bound address is the local address of the socket
     */
    static Transport of(SocketChannel connected) {
        return GivenTransport.socket(loop -> Connection.of(loop, connected), connected);
    }

    /**
     * Takes an asynchronous channel. One read and one write are under way at a time. They are begun on an event loop,
     * so {@code read} and {@code write} have to return promptly. Completions may come on any thread, and before the
     * call returns. An {@link java.nio.channels.AsynchronousSocketChannel} passes the end of
     * output on by itself.
     *
     * @param channel keeps the contract of its interface: each read or write that has been begun completes once, also
     *     when the channel is closed, and has moved the buffer's position by its result
     * @return a transport
     */
    static Transport of(AsynchronousByteChannel channel) {
        return GivenTransport.asynchronous(channel);
    }

    /**
     * Takes a channel whose reads and writes block. It is closed while they do, and has to end them then.
     *
     * @param channel one thread may read while another one writes
     * @return a transport
     */
    static Transport ofBlocking(ByteChannel channel) {
        return GivenTransport.blocking(channel);
    }

    /**
     * Takes two streams that block. Every write is followed by {@link OutputStream#flush}. The end of output is passed
     * on by {@link OutputStream#close}; or by {@link Socket#shutdownOutput} if the whole is a {@link Socket}, which a
     * close of its stream would close altogether. Such a socket passes a reset on as well, by
     * {@link Socket#setSoLinger}.
     *
     * @param in one thread reads from it
     * @param out another one writes to it meanwhile
     * @param whole closed at the end, while reads and writes block perhaps, and has to end them then
     * @return a transport
     */
    static Transport of(InputStream in, OutputStream out, Closeable whole) {
        Transport streams = GivenTransport.streams(in, out, whole);
        return whole instanceof Socket socket
                ? streams.endingOutputBy(socket::shutdownOutput).resettingBy(() -> socket.setSoLinger(true, 0))
                : streams;
    }

    /**
     * Takes a socket that blocks, of TLS for example. A socket that has a channel is faster by
     * {@link #of(SocketChannel)}.
     *
     * @param connected connected
     * @return a transport that passes ends and resets on, and whose bound address is the local address of the socket
     * @throws IOException if the socket is not connected, or closed; a dialler that lets it pass gets reply 01
     */
    static Transport of(Socket connected) throws IOException {
        if (!connected.isConnected() || connected.isClosed()) {
            throw new IOException(
                    "the socket of a transport is not connected, or closed"); // Reply 01, as for channels.
        }
        Transport streams = of(connected.getInputStream(), connected.getOutputStream(), connected);
        return streams.bound(Endpoint.of((InetSocketAddress) connected.getLocalSocketAddress()));
    }

    /**
     * Has a handler in this JVM serve the client, on a thread of its own. A small buffer lies between the two, in each
     * direction.
     *
     * @param handler serves this one client
     * @return a transport
     */
    static Transport servedBy(Handler handler) {
        return GivenTransport.served(handler);
    }

    /**
     * Waits for a transport of any kind. No thread waits for it.
     *
     * @param later cancelled, if it is a {@link java.util.concurrent.CompletableFuture}, when nobody waits for it any
     *     more; a transport that comes then all the same is closed. The cause of a failure decides about the reply. If
     *     it was made of another future, by {@code thenApply} for example, this does not reach the one behind it, and
     *     what that one brings later is never closed: use {@link #when(CompletionStage, Function)} for those
     * @return a transport, which only {@link #bound} can be said of: everything else is said of the one to come
     */
    static Transport when(CompletionStage<? extends Transport> later) {
        return GivenTransport.later(later);
    }

    /**
     * Waits for something of which a transport can be made. No thread waits for it.
     *
     * <pre>{@code
     * request -> Transport.when(client.connectAsync(request.target()), Transport::of)
     * }</pre>
     *
     * @param <T> a channel, for example
     * @param source cancelled, if it is a {@link java.util.concurrent.CompletableFuture}, when nobody waits for it any
     *     more. What comes then all the same is made a transport, and closed. The cause of a failure decides about the
     *     reply
     * @param made makes the transport. Called once, by the thread that completes the source, or by the one that calls
     *     this; must not block. If it throws, or makes nothing, what has come is closed, if it is a {@link Closeable}
     * @return as of {@link #when(CompletionStage)}
     */
    static <T> Transport when(CompletionStage<T> source, Function<? super T, ? extends Transport> made) {
        return GivenTransport.later(source, made);
    }

    /**
     * Has the end of the client's output passed on by an action, once everything before it has been written.
     *
     * @param action run once at the most, on a thread that may block
     * @return another transport for the same
     * @throws IllegalStateException for a {@link SocketChannel} and a {@link Handler}, whose output the server ends by
     *     itself, and for a future
     */
    Transport endingOutputBy(Action action);

    /**
     * Has a reset of the client's connection passed on by an action, before everything is closed. Without one, a reset
     * looks to the far side like what the close looks like: like a proper end, perhaps, of data that is cut off.
     *
     * @param action run once at the most, on a thread that may block; reads and writes may be under way. The close
     *     waits for its return, however long that takes
     * @return another transport for the same
     * @throws IllegalStateException for a {@link SocketChannel} and a {@link Handler}, which the server resets by
     *     itself, and for a future
     */
    Transport resettingBy(Action action);

    /**
     * Sets the address that the client is told in the reply (BND.ADDR, RFC 1928 section 6).
     *
     * @param address the local address of the transport; one that is a name is told as 0.0.0.0. Unless set, it is
     *     0.0.0.0, port 0, except for a {@link SocketChannel} and a {@link Socket}
     * @return another transport for the same
     */
    Transport bound(Endpoint address);
}
