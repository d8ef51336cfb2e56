package dev.socks5.client.internal.socket;

import dev.socks5.client.internal.platform.BeyondAndroid;
import java.io.IOException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** Hands calls of the methods of {@link SSLSocket} on: to one that keeps settings, or to the one that is connected. */
abstract class ForwardingSslSocket extends ForwardingSocket {

    /** Gives the socket to ask. */
    abstract SSLSocket tls();

    @Override
    public String[] getSupportedCipherSuites() {
        return tls().getSupportedCipherSuites();
    }

    @Override
    public String[] getEnabledCipherSuites() {
        return tls().getEnabledCipherSuites();
    }

    @Override
    public void setEnabledCipherSuites(String[] suites) {
        tls().setEnabledCipherSuites(suites);
    }

    @Override
    public String[] getSupportedProtocols() {
        return tls().getSupportedProtocols();
    }

    @Override
    public String[] getEnabledProtocols() {
        return tls().getEnabledProtocols();
    }

    @Override
    public void setEnabledProtocols(String[] protocols) {
        tls().setEnabledProtocols(protocols);
    }

    @Override
    public SSLSession getSession() {
        return tls().getSession();
    }

    @Override
    public @Nullable SSLSession getHandshakeSession() {
        return tls().getHandshakeSession();
    }

    @Override
    public void startHandshake() throws IOException {
        tls().startHandshake();
    }

    @Override
    public boolean getUseClientMode() {
        return tls().getUseClientMode();
    }

    @Override
    public void setUseClientMode(boolean value) {
        tls().setUseClientMode(value);
    }

    @Override
    public boolean getNeedClientAuth() {
        return tls().getNeedClientAuth();
    }

    @Override
    public void setNeedClientAuth(boolean value) {
        tls().setNeedClientAuth(value);
    }

    @Override
    public boolean getWantClientAuth() {
        return tls().getWantClientAuth();
    }

    @Override
    public void setWantClientAuth(boolean value) {
        tls().setWantClientAuth(value);
    }

    @Override
    public boolean getEnableSessionCreation() {
        return tls().getEnableSessionCreation();
    }

    @Override
    public void setEnableSessionCreation(boolean value) {
        tls().setEnableSessionCreation(value);
    }

    @Override
    public SSLParameters getSSLParameters() {
        return tls().getSSLParameters();
    }

    @Override
    @BeyondAndroid("Callers before API level 29 lack the method as well")
    public @Nullable String getApplicationProtocol() {
        return tls().getApplicationProtocol();
    }

    @Override
    @BeyondAndroid("Callers before API level 29 lack the method as well")
    public @Nullable String getHandshakeApplicationProtocol() {
        return tls().getHandshakeApplicationProtocol();
    }
}
