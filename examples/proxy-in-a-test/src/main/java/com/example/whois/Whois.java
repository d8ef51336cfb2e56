package com.example.whois;

import dev.socks5.client.Socks5Client;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Asks whois servers (RFC 3912) through a proxy: the code to be tested. */
public final class Whois {

    private static final int TIMEOUT_MILLIS = 10_000;

    private final Socks5Client proxy;

    public Whois(Socks5Client proxy) {
        this.proxy = proxy;
    }

    public String ask(String server, int port, String question) throws IOException {
        try (Socket socket = proxy.connect(server, port)) { // the proxy looks the name up
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.getOutputStream().write((question + "\r\n").getBytes(StandardCharsets.UTF_8));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!answer.endsWith("\r\n")) {
                throw new IOException("the answer of " + server + " was cut off");
            }
            return answer.strip();
        }
    }
}
