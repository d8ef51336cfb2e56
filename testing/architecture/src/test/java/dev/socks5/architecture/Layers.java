package dev.socks5.architecture;

import java.util.List;
import java.util.Set;

/**
 * The internal packages of a module, from top to bottom: a lower one never imports a higher one.
 *
 * @param api the exported package; others may be below it, and its internal packages are below {@code internal} in it
 * @param names the names of the internal packages
 * @param entries the simple names of the API's types that use internal packages: entry points and static factories
 */
record Layers(String api, List<String> names, Set<String> entries) {

    static final Layers CLIENT = new Layers(
            "dev.socks5.client",
            List.of("async", "forward", "socket", "udp", "jdk", "dial", "report", "layer", "platform"),
            Set.of("Socks5Client", "Socks5ClientBuilder", "Socks5ProxySelector", "Socks5ProxySelectorBuilder"));

    static final Layers SERVER = new Layers(
            "dev.socks5.server",
            List.of(
                    "front",
                    "udp",
                    "command",
                    "session",
                    "report",
                    "policy",
                    "limits",
                    "usage",
                    "secure",
                    "transport",
                    "net"),
            Set.of("PasswordAuthenticator", "Resolver", "Socks5Server", "Socks5ServerBuilder", "Transport"));

    static final Layers KIT = new Layers(
            "dev.socks5.junit",
            List.of("guard", "proxy", "wire"),
            Set.of(
                    "DirectConnections",
                    "Fault",
                    "NoDirectConnectionsExtension",
                    "ProxyControls",
                    "Running",
                    "Socks5TestProxyBuilder"));

    /** Whether a package is exported. */
    boolean isApi(String name) {
        return name.startsWith(api) && !name.startsWith(api + ".internal");
    }

    /** All internal packages, as a pattern. */
    String internals() {
        return api + ".internal..";
    }

    /** One internal package and what is below it, as a pattern. */
    String room(String name) {
        return api + ".internal." + name + "..";
    }

    /** Those above one of them, as patterns. */
    String[] above(String name) {
        return names.subList(0, names.indexOf(name)).stream().map(this::room).toArray(String[]::new);
    }

    @Override
    public String toString() {
        return api;
    }
}
