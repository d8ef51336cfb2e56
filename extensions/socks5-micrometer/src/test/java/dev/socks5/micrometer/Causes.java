package dev.socks5.micrometer;

import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.ClientHandshake;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.GssapiException;
import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.Request;
import dev.socks5.codec.Socks5Exception;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/** Why connects fail. */
final class Causes {

    private static final byte[] NO_LOGIN_NEEDED = {5, 0};
    private static final byte[] NO_METHOD = {5, (byte) 0xFF};

    private Causes() {}

    /** Returns each kind of cause, with the value of the tag that it has. */
    static Map<Throwable, String> all() {
        Map<Throwable, String> all = new LinkedHashMap<>();
        all.put(rejection(0x02), "RequestRejectedException");
        all.put(answered(NO_METHOD), "NoAcceptableMethodException");
        all.put(new AuthenticationFailedException("no", 1), "AuthenticationFailedException");
        all.put(new GssapiException("no", null), "GssapiException");
        all.put(new MalformedMessageException("no"), "MalformedMessageException");
        all.put(new SSLException("no"), "SSLException");
        all.put(new SSLHandshakeException("no"), "SSLException");
        all.put(new UnknownHostException(), "UnknownHostException");
        all.put(new SocketTimeoutException(), "SocketTimeoutException");
        all.put(new InterruptedIOException(), "InterruptedIOException");
        all.put(new ConnectException(), "ConnectException");
        all.put(new NoRouteToHostException(), "NoRouteToHostException");
        all.put(new SocketException(), "SocketException");
        all.put(new AsynchronousCloseException(), "ClosedChannelException");
        all.put(new EOFException(), "EOFException");
        all.put(new FileNotFoundException(), "IOException");
        all.put(new CancellationException(), "CancellationException");
        all.put(new IllegalStateException(), "other");
        all.put(new OutOfMemoryError(), "other");
        return all;
    }

    /** Returns what a client gets for a reply. */
    static Socks5Exception rejection(int code) {
        return answered(NO_LOGIN_NEEDED, new byte[] {5, (byte) code, 0, 1, 0, 0, 0, 0, 0, 0});
    }

    /** Returns an exception that only a handshake can make: its failure by answers of a proxy. */
    private static Socks5Exception answered(byte[]... answers) {
        ClientHandshake handshake = new ClientHandshake(Request.connect(Endpoint.of("private.example", 443)));
        try {
            for (byte[] answer : answers) {
                handshake.send();
                handshake.receive(ByteBuffer.wrap(answer));
            }
        } catch (Socks5Exception e) {
            return e;
        }
        throw new IllegalArgumentException("no failure");
    }
}
