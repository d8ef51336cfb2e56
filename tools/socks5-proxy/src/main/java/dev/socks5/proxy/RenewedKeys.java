package dev.socks5.proxy;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Has the one key of a server, renewed when its files change. The JDK asks for an alias first, and then for what it
 * stands for: that must be one and the same key, so each key has an alias of its own.
 */
final class RenewedKeys extends X509ExtendedKeyManager {

    private record Held(String alias, ServerKey key) {}

    private final Renewed<ServerKey> files;
    private Held current;
    private Held previous;

    RenewedKeys(Renewed<ServerKey> files) {
        this.files = files;
        current = new Held("1", files.current());
        previous = current;
    }

    private String aliasFor(String keyType) {
        ServerKey key = files.current(); // It may read files, which the others need not wait for.
        return key.algorithm().equals(keyType) ? hold(key).alias : null;
    }

    private synchronized Held hold(ServerKey key) {
        if (key.equals(previous.key)) {
            return previous;
        }
        if (!key.equals(current.key)) {
            previous = current;
            current = new Held(Integer.toString(Integer.parseInt(previous.alias) + 1), key);
        }
        return current;
    }

    private synchronized ServerKey held(String alias) {
        return alias.equals(current.alias) ? current.key : alias.equals(previous.alias) ? previous.key : null;
    }

    @Override
    public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
        return aliasFor(keyType);
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        return aliasFor(keyType);
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        ServerKey key = held(alias);
        return key == null ? null : key.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        ServerKey key = held(alias);
        return key == null ? null : key.key();
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        String alias = aliasFor(keyType);
        return alias == null ? null : new String[] {alias};
    }

    /** Gives none: a server needs no certificate of a client's. */
    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        return null;
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        return null;
    }
}
