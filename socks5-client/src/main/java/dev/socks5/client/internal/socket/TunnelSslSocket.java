package dev.socks5.client.internal.socket;

import dev.socks5.client.internal.layer.TlsLayer;
import dev.socks5.client.internal.platform.BeyondAndroid;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import javax.net.ssl.HandshakeCompletedEvent;
import javax.net.ssl.HandshakeCompletedListener;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Connects through a proxy, and layers TLS over the tunnel then.
 *
 * <p>The JDK layers TLS only over a socket that is connected. Until then, another one of its sockets, which is never
 * connected, keeps the settings and checks them.
 */
final class TunnelSslSocket extends ForwardingSslSocket {

    private final Socks5Socket tunnel;
    private final TunnelSslSocketFactory factory;
    private final SSLSocket settings;
    private final Map<HandshakeCompletedListener, HandshakeCompletedListener> listeners = new ConcurrentHashMap<>();
    private volatile @Nullable BiFunction<SSLSocket, List<String>, String> protocolSelector;
    private volatile @Nullable SSLSocket secured;

    TunnelSslSocket(Socks5Socket tunnel, TunnelSslSocketFactory factory, SSLSocket settings) {
        this.tunnel = tunnel;
        this.factory = factory;
        this.settings = settings;
    }

    @Override
    Socket tunnel() {
        return tunnel;
    }

    @Override
    Socket socket() {
        SSLSocket current = secured;
        return current == null ? tunnel : current;
    }

    @Override
    SSLSocket tls() {
        SSLSocket current = secured;
        return current == null ? settings : current;
    }

    @Override
    public void connect(SocketAddress endpoint) throws IOException {
        connect(endpoint, 0);
    }

    /** Opens the tunnel. The handshake of TLS begins with the first byte, or when it is asked for. */
    @Override
    public void connect(SocketAddress endpoint, int timeoutMillis) throws IOException {
        tunnel.connect(endpoint, timeoutMillis);
        SSLSocket layered = factory.over(tunnel);
        try {
            take(layered);
        } catch (Throwable e) {
            layered.close();
            throw e;
        }
        secured = layered;
        if (tunnel.isClosed()) {
            layered.close(); // The thread that closed meanwhile had only the tunnel.
        }
    }

    /** Gives it the settings that were made before. */
    private void take(SSLSocket layered) {
        layered.setUseClientMode(settings.getUseClientMode()); // First, because it resets others.
        layered.setSSLParameters(settings.getSSLParameters());
        layered.setEnableSessionCreation(settings.getEnableSessionCreation());
        if (protocolSelector != null) {
            passSelectorTo(layered);
        }
        listeners.values().forEach(layered::addHandshakeCompletedListener);
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized") // It has to end a connect that waits.
    public void close() throws IOException {
        socket().close();
    }

    /** Sets parameters; without an algorithm to check the name, the one that holds goes on. */
    @Override
    public void setSSLParameters(SSLParameters parameters) {
        tls().setSSLParameters(parameters);
        TlsLayer.checkNameOf(tls());
    }

    @Override
    public void addHandshakeCompletedListener(HandshakeCompletedListener listener) {
        Objects.requireNonNull(listener, "listener");
        HandshakeCompletedListener own =
                event -> listener.handshakeCompleted(new HandshakeCompletedEvent(this, event.getSession()));
        if (listeners.putIfAbsent(listener, own) == null) {
            tls().addHandshakeCompletedListener(own);
        }
    }

    @Override
    public void removeHandshakeCompletedListener(HandshakeCompletedListener listener) {
        HandshakeCompletedListener own = listeners.remove(Objects.requireNonNull(listener, "listener"));
        if (own == null) {
            throw new IllegalArgumentException("not added");
        }
        tls().removeHandshakeCompletedListener(own);
    }

    @Override
    @BeyondAndroid("Callers before API level 29 lack the method as well")
    public void setHandshakeApplicationProtocolSelector(
            @Nullable BiFunction<SSLSocket, List<String>, String> selector) {
        protocolSelector = selector;
        passSelectorTo(tls());
    }

    @BeyondAndroid("There is a selector to pass on only where there is a method to set one")
    private void passSelectorTo(SSLSocket socket) {
        BiFunction<SSLSocket, List<String>, String> selector = protocolSelector;
        socket.setHandshakeApplicationProtocolSelector(
                selector == null ? null : (layered, protocols) -> selector.apply(this, protocols));
    }

    @Override
    public @Nullable BiFunction<SSLSocket, List<String>, String> getHandshakeApplicationProtocolSelector() {
        return protocolSelector;
    }

    @Override
    public String toString() {
        return "TLS over " + tunnel;
    }
}
