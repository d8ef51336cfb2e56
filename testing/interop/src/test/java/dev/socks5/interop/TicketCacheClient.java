package dev.socks5.interop;

import dev.socks5.client.Socks5Client;
import dev.socks5.gssapi.GssapiInitiator;
import java.io.IOException;
import java.net.Socket;

/** A program that takes the tickets in the user's cache, which only the environment can name. */
final class TicketCacheClient {

    private TicketCacheClient() {}

    /**
     * Fetches an {@link Origin#web() origin}'s answer.
     *
     * @param args the ports of the proxy and of the origin
     */
    public static void main(String[] args) throws IOException {
        Socks5Client client = Socks5Client.builder()
                .proxy("localhost", Integer.parseInt(args[0]))
                .gssapi(GssapiInitiator.builder().ticketCache().build())
                .build();
        try (Socket socket = client.connect("127.0.0.1", Integer.parseInt(args[1]))) {
            Echo.check(socket);
        }
    }
}
