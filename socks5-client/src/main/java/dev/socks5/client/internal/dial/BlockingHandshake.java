package dev.socks5.client.internal.dial;

import dev.socks5.client.internal.layer.Deadline;
import dev.socks5.client.internal.layer.ProxiedSocket;
import dev.socks5.client.internal.platform.Buffers;
import dev.socks5.client.internal.report.Stopwatch;
import dev.socks5.codec.Protection;
import dev.socks5.codec.ProxyChain;
import dev.socks5.codec.Reply;
import dev.socks5.codec.Socks5Exception;
import dev.socks5.codec.Turn;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Takes a connection along a row of proxies, by calls that block. */
public final class BlockingHandshake {

    private static final int NONE = -1;

    private final ProxiedSocket connection;
    private final List<Hop> hops;
    private final ProxyChain chain;
    private final Stopwatch watch;
    private int securedUpTo = NONE;
    private Optional<Protection> protection = Optional.empty();
    private int protectedHop = NONE;

    /** Begins with the first proxy. */
    BlockingHandshake(ProxiedSocket connection, List<Hop> hops, ProxyChain chain, Stopwatch watch) {
        this.connection = connection;
        this.hops = hops;
        this.chain = chain;
        this.watch = watch;
    }

    /** Gives the connection that it leads along. */
    ProxiedSocket connection() {
        return connection;
    }

    /** Gives the index of the proxy that has been reached. */
    int hop() {
        return chain.hop();
    }

    /** Gives the protection that the proxy has agreed to, if it has. */
    public Optional<Protection> protection() {
        return protectedHop == chain.hop() ? protection : Optional.empty();
    }

    /**
     * Goes on to the next reply of the last proxy: the only one, or one of the two of a BIND. Changes the socket's read
     * timeout.
     */
    public Reply reply(Deadline deadline) throws IOException {
        connection.deadline(deadline);
        try {
            Optional<Reply> reply = Optional.empty();
            while (!reply.isPresent()) {
                reply = step(deadline);
            }
            return reply.get();
        } catch (Throwable e) {
            chain.close();
            throw e;
        } finally {
            connection.deadline(null);
        }
    }

    private Optional<Reply> step(Deadline deadline) throws IOException {
        try {
            if (chain.turn() != Turn.SEND) {
                return receive(deadline);
            }
            secure();
            protect();
            ByteBuffer message = chain.send();
            watch.see(chain);
            send(message);
            return Optional.empty();
        } catch (Socks5Exception | SocketTimeoutException | SSLException e) {
            throw e;
        } catch (IOException e) {
            if (connection.socket().isClosed()) {
                throw e; // It was closed here, by an interrupt or another thread; else the proxy has ended it.
            }
            throw (Socks5Exception) chain.closed().initCause(e);
        }
    }

    /** Makes a proxy that has just been reached by TLS safe to talk to. */
    private void secure() throws IOException {
        if (securedUpTo < chain.hop()) {
            securedUpTo = chain.hop();
            Hop reached = hops.get(securedUpTo);
            if (reached.tls() != null) {
                watch.secure(securedUpTo);
                connection.secure(reached.tls(), reached.endpoint());
            }
        }
    }

    private void protect() throws IOException {
        if (protectedHop != chain.hop() && chain.protection().isPresent()) {
            protection = Optional.of(connection.protect(chain.protection().get()));
            protectedHop = chain.hop();
        }
    }

    /**
     * Writes a message at once. This does not wait, because all the messages together are shorter than a send buffer;
     * but a mechanism's may be longer.
     */
    private void send(ByteBuffer message) throws IOException {
        connection.output().write(message.array(), message.arrayOffset() + message.position(), message.remaining());
    }

    private Optional<Reply> receive(Deadline deadline) throws IOException {
        connection.socket().setSoTimeout(deadline.remainingMillis());
        ByteBuffer in = chain.input();
        int count = connection.input().read(in.array(), in.arrayOffset() + in.position(), in.remaining());
        if (count < 0) {
            throw new EOFException();
        }
        Buffers.skip(in, count);
        try {
            return chain.receive();
        } finally {
            watch.see(chain); // After a failure as well: it may be about the next proxy already.
        }
    }
}
