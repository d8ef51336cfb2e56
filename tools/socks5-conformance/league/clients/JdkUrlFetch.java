import java.io.IOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;

/** Fetches a page by HttpURLConnection: PROXY_HOST:PORT URL [USER PASSWORD]. */
final class JdkUrlFetch {

    private JdkUrlFetch() {}

    public static void main(String... args) throws IOException {
        URI proxy = URI.create("socks://" + args[0]);
        if (args.length > 2) {
            Authenticator.setDefault(new JdkSocketFetch.Login(args[2], args[3]));
        }
        InetSocketAddress address = new InetSocketAddress(proxy.getHost(), proxy.getPort());
        URI.create(args[1])
                .toURL()
                .openConnection(new Proxy(Proxy.Type.SOCKS, address))
                .getInputStream()
                .transferTo(System.out);
        System.out.flush();
    }
}
