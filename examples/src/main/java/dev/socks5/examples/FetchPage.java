package dev.socks5.examples;

import dev.socks5.client.Socks5Client;
import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.io.PrintStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Fetches a page through a SOCKS5 proxy; the proxy looks the name up. For example:
 * {@code 127.0.0.1:1080 https://example.com/}.
 */
public final class FetchPage {

    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private FetchPage() {}

    /**
     * Prints what the server answers, headers and all.
     *
     * @param args the proxy as HOST:PORT, and an http or https URL
     * @throws IOException if it cannot be fetched
     */
    public static void main(String[] args) throws IOException {
        if (args.length != 2) {
            System.err.println("usage: FetchPage PROXY_HOST:PORT http[s]://...");
            return;
        }
        Endpoint proxy = Endpoint.parse(args[0]);
        Socks5Client client =
                Socks5Client.builder().proxy(proxy.toInetSocketAddress()).build();
        fetch(client, URI.create(args[1]), System.out);
    }

    static void fetch(Socks5Client client, URI url, PrintStream out) throws IOException {
        boolean secure = "https".equals(url.getScheme());
        int port = url.getPort() >= 0 ? url.getPort() : secure ? HTTPS_PORT : HTTP_PORT;
        try (Socket tunnel = client.connect(url.getHost(), port);
                Socket socket = secure ? overTls(tunnel, url.getHost(), port) : tunnel) {
            String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
            String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
            String request = "GET " + path + query + " HTTP/1.0\r\nHost: " + url.getAuthority() + "\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            socket.getInputStream().transferTo(out);
        }
    }

    private static Socket overTls(Socket tunnel, String host, int port) throws IOException {
        SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
        SSLSocket socket = (SSLSocket) factory.createSocket(tunnel, host, port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS"); // Else any certificate would do, whoever's it is.
        socket.setSSLParameters(parameters);
        return socket;
    }
}
