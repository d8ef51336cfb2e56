package com.example.whois;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Asks whois servers (RFC 3912) through a proxy: the code to be tested. */
public final class Whois {

    private static final int TIMEOUT_MILLIS = 10_000;

    private final Proxy proxy;

    public Whois(Proxy proxy) {
        this.proxy = proxy;
    }

    public String ask(String server, int port, String question) throws IOException {
        try (Socket socket = new Socket(proxy)) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(InetSocketAddress.createUnresolved(server, port), TIMEOUT_MILLIS); // the proxy looks it up
            socket.getOutputStream().write((question + "\r\n").getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
