package dev.socks5.server;

import dev.socks5.testing.Authority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A server's certificate, and clients that trust it. */
public final class TlsPeers {

    public static final Authority AUTHORITY = new Authority();
    public static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private static final SSLContext SERVER;
    private static final SSLContext CLIENT;

    static {
        try {
            SERVER = AUTHORITY.context(AUTHORITY.issue("server", "localhost", "127.0.0.1"));
            CLIENT = AUTHORITY.context();
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }

    private TlsPeers() {}

    public static SSLContext serverContext() {
        return SERVER;
    }

    public static SSLContext clientContext() {
        return CLIENT;
    }

    /** Parameters that have clients asked for a certificate. */
    public static SSLParameters asking(boolean need) {
        SSLParameters parameters = new SSLParameters();
        if (need) {
            parameters.setNeedClientAuth(true);
        } else {
            parameters.setWantClientAuth(true);
        }
        return parameters;
    }

    /** A server on one port, for TLS alone. */
    public static Socks5ServerBuilder builder() {
        return Socks5Server.builder().listenTls(ANY_PORT, SERVER).eventLoops(1);
    }

    /** A client that is connected, and has yet to shake hands. */
    public static SSLSocket socket(InetSocketAddress server, SSLContext context, String... versions)
            throws IOException {
        return layered(new Socket(server.getAddress(), server.getPort()), context, versions);
    }

    /** A client on a connection that others can use as well. */
    public static SSLSocket layered(Socket socket, SSLContext context, String... versions) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(RawClient.PATIENCE_MILLIS);
        SSLSocket layered =
                (SSLSocket) context.getSocketFactory().createSocket(socket, "localhost", socket.getPort(), true);
        if (versions.length > 0) {
            layered.setEnabledProtocols(versions);
        }
        return layered;
    }

    /** A client that has shaken hands. */
    public static RawClient client(Socks5Server server, SSLContext context, String... versions) throws IOException {
        SSLSocket socket = socket(server.localAddresses().get(0), context, versions);
        socket.startHandshake();
        return new RawClient(socket);
    }

    public static RawClient client(Socks5Server server, String... versions) throws IOException {
        return client(server, CLIENT, versions);
    }
}
