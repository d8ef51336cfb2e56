package dev.socks5.client.internal.socket;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;

/** Wraps a channel's streams, so that they throw what users of sockets expect when another thread closes the socket. */
final class SocketStreams {

    private SocketStreams() {}

    /** Wraps an input; {@link java.net.Socket} calls no other read than the one here. */
    static InputStream of(InputStream channel) {
        return new FilterInputStream(channel) {
            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                try {
                    return in.read(buffer, offset, length);
                } catch (ClosedChannelException e) {
                    throw closed(e);
                }
            }

            @Override
            public int available() throws IOException {
                try {
                    return in.available();
                } catch (ClosedChannelException e) {
                    throw closed(e);
                }
            }
        };
    }

    /** Wraps an output; {@link java.net.Socket} calls no other write than the one here. */
    static OutputStream of(OutputStream channel) {
        return new FilterOutputStream(channel) {
            @Override
            public void write(byte[] buffer, int offset, int length) throws IOException {
                try {
                    out.write(buffer, offset, length);
                } catch (ClosedChannelException e) {
                    throw closed(e);
                }
            }
        };
    }

    /** Gives a {@link SocketException}, except for an interrupt, which has an exception of its own. */
    static IOException closed(IOException e) {
        if (e instanceof ClosedByInterruptException) {
            return e;
        }
        return (SocketException) new SocketException("Socket closed").initCause(e);
    }
}
