package dev.socks5.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** What stands behind TLS at the end of a tunnel: it sends back what comes. */
final class TlsEnd implements ScriptedProxy.Script, AutoCloseable {

    private static final int LIMIT_MILLIS = 15_000;

    private final SSLContext context;
    private final CompletableFuture<SSLSocket> shaken = new CompletableFuture<>();

    TlsEnd(SSLContext context) {
        this.context = context;
    }

    static ScriptedProxy.Script echo(SSLContext context) {
        return new TlsEnd(context);
    }

    @Override
    public void play(ScriptedProxy.Client client) throws IOException {
        try {
            serve(client.socket());
        } catch (IOException e) {
            shaken.completeExceptionally(e); // A client that does not trust it ends the connection.
        }
    }

    private void serve(Socket socket) throws IOException {
        try (SSLSocket tls = shakeHandsWith(socket)) {
            tls.getInputStream().transferTo(tls.getOutputStream());
        }
    }

    SSLSocket shakeHandsWith(Socket socket) throws IOException {
        socket.setSoTimeout(LIMIT_MILLIS);
        SSLSocket tls =
                (SSLSocket) context.getSocketFactory().createSocket(socket, InputStream.nullInputStream(), true);
        tls.setUseClientMode(false);
        tls.startHandshake();
        shaken.complete(tls);
        return tls;
    }

    /** Waits for the end of the handshake. */
    SSLSocket shaken() throws Exception {
        return shaken.get(LIMIT_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** The names that the client has told before it got a certificate. */
    List<String> requestedNames() throws Exception {
        return ((ExtendedSSLSession) shaken().getSession())
                .getRequestedServerNames().stream()
                        .map(name -> ((SNIHostName) name).getAsciiName())
                        .collect(Collectors.toList());
    }

    @Override
    public void close() {
        shaken.cancel(false);
    }
}
