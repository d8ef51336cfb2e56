package dev.socks5.bridge;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sends everything to a bridge. */
final class BridgeSelector extends ProxySelector {

    private final List<Proxy> bridge;

    BridgeSelector(InetSocketAddress bridge) {
        this.bridge = List.of(new Proxy(Proxy.Type.HTTP, bridge));
    }

    @Override
    public List<Proxy> select(@Nullable URI uri) {
        if (uri == null) {
            throw new IllegalArgumentException("a URI is needed");
        }
        return bridge;
    }

    @Override
    public void connectFailed(@Nullable URI uri, @Nullable SocketAddress address, @Nullable IOException failure) {
        if (uri == null || address == null || failure == null) {
            throw new IllegalArgumentException("a URI, an address and a failure are needed");
        }
        // There is nothing else to turn to.
    }
}
