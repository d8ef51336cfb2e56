import java.io.IOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Fetches a page by the JDK's own sockets: PROXY_HOST:PORT URL [USER PASSWORD]. */
final class JdkSocketFetch {

    private JdkSocketFetch() {}

    public static void main(String... args) throws IOException {
        URI proxy = URI.create("socks://" + args[0]);
        URI url = URI.create(args[1]);
        if (args.length > 2) {
            Authenticator.setDefault(new Login(args[2], args[3]));
        }
        InetSocketAddress address = new InetSocketAddress(proxy.getHost(), proxy.getPort());
        try (Socket socket = new Socket(new Proxy(Proxy.Type.SOCKS, address))) {
            socket.connect(destination(url));
            socket.getOutputStream().write(request(url));
            print(socket.getInputStream().readAllBytes());
        }
    }

    /** Leaves names to the proxy; the literal of an address needs no look-up. */
    static InetSocketAddress destination(URI url) {
        String host = url.getHost();
        return host.matches("[\\d.]+|\\[.*")
                ? new InetSocketAddress(host, url.getPort())
                : InetSocketAddress.createUnresolved(host, url.getPort());
    }

    static byte[] request(URI url) {
        String head = "GET " + url.getRawPath() + " HTTP/1.0\r\nHost: " + url.getRawAuthority() + "\r\n\r\n";
        return head.getBytes(StandardCharsets.US_ASCII);
    }

    /** Prints the page behind the head of an answer. */
    static void print(byte[] answer) throws IOException {
        String text = new String(answer, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (!text.startsWith("HTTP/1.") || end < 0) {
            throw new IOException("no page");
        }
        System.out.write(answer, end + 4, answer.length - end - 4);
        System.out.flush();
    }

    static final class Login extends Authenticator {
        private final String user;
        private final String password;

        Login(String user, String password) {
            this.user = user;
            this.password = password;
        }

        @Override
        protected PasswordAuthentication getPasswordAuthentication() {
            return new PasswordAuthentication(user, password.toCharArray());
        }
    }
}
