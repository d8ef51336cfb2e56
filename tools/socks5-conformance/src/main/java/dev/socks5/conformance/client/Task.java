package dev.socks5.conformance.client;

import java.net.InetSocketAddress;

/**
 * What the program under test has to do in one run: to fetch a page through the proxy, or to reach a host in another
 * way.
 *
 * @param proxy where the suite plays the proxy
 * @param host the destination: a name, an IPv4 address or an IPv6 address without brackets
 * @param port the destination's
 * @param path of the page, with a slash in front
 * @param user a name for the proxy, for a program that logs in
 * @param password that goes with it
 */
public record Task(InetSocketAddress proxy, String host, int port, String path, String user, String password) {

    /** Returns the page's address. */
    public String url() {
        return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port + path;
    }

    /** Returns where the suite plays the proxy, as "127.0.0.1:1080". */
    public String proxyText() {
        return proxyHost() + ":" + proxy.getPort();
    }

    /** Returns the address of the proxy. */
    public String proxyHost() {
        return proxy.getAddress().getHostAddress();
    }
}
