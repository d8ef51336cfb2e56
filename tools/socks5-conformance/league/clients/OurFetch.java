import dev.socks5.client.Socks5Client;
import dev.socks5.client.Socks5ClientBuilder;
import dev.socks5.codec.Endpoint;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;

/** Fetches a page by socks5-client: PROXY_HOST:PORT URL [USER PASSWORD]. */
final class OurFetch {

    private OurFetch() {}

    public static void main(String... args) throws IOException {
        URI url = URI.create(args[1]);
        Socks5ClientBuilder client =
                Socks5Client.builder().proxy(Endpoint.parse(args[0]).toInetSocketAddress());
        if (args.length > 2) {
            client.credentials(args[2], args[3]);
        }
        String host = url.getHost().replaceAll("[\\[\\]]", "");
        try (Socket socket = client.build().connect(host, url.getPort())) {
            socket.getOutputStream().write(JdkSocketFetch.request(url));
            JdkSocketFetch.print(socket.getInputStream().readAllBytes());
        }
    }
}
