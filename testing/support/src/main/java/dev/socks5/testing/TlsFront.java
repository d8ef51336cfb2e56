package dev.socks5.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketImpl;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Puts TLS before the script of a {@link ScriptedProxy}.
 *
 * @param protocol the only version that it speaks, as {@code TLSv1.3}; {@code null} for all that are usual
 * @param needsCertificate whether a client has to have a certificate
 */
public record TlsFront(SSLContext context, @Nullable String protocol, boolean needsCertificate) {

    public TlsFront(SSLContext context) {
        this(context, null, false);
    }

    /** Makes a script that shakes hands, and goes on with another inside TLS. */
    public ScriptedProxy.Script before(ScriptedProxy.Script script) {
        return client -> script.play(client.over(accept(client.socket())));
    }

    /** Shakes hands over a connection. */
    public SSLSocket accept(Socket connected) throws IOException {
        SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(connected, null, true);
        tls.setUseClientMode(false);
        tls.setNeedClientAuth(needsCertificate);
        if (protocol != null) {
            tls.setEnabledProtocols(new String[] {protocol});
        }
        tls.startHandshake();
        return tls;
    }

    /** Shakes hands over the streams of a connection that has layers already. */
    public SSLSocket accept(InputStream in, OutputStream out) throws IOException {
        return accept(new Socket((@Nullable SocketImpl) null) {
            @Override
            public InputStream getInputStream() {
                return in;
            }

            @Override
            public OutputStream getOutputStream() {
                return out;
            }

            @Override
            public boolean isConnected() {
                return true;
            }

            @Override
            public void close() {}

            @Override
            public void shutdownOutput() {}

            @Override
            public void shutdownInput() {}

            @Override
            public int getSoLinger() {
                return -1;
            }

            @Override
            public int getSoTimeout() {
                return 0;
            }

            @Override
            public @Nullable InetAddress getInetAddress() {
                return null;
            }
        });
    }
}
