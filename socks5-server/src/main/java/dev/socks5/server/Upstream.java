package dev.socks5.server;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.codec.ProxyUri;
import org.jspecify.annotations.Nullable;

/**
 * Another SOCKS5 proxy, through which this server can reach destinations; see {@link Route#through}.
 *
 * @param endpoint the address or name of the proxy. The server's {@link Resolver} looks a name up each time that the
 *     proxy is dialled; the name of a further proxy of a chain is looked up by the proxy before it
 * @param login the login, sent only to this proxy and only if it asks for it; {@code null} for none
 */
public record Upstream(Endpoint endpoint, @Nullable PasswordRequest login) {

    /**
     * Checks the endpoint, and takes its canonical form: names in lower case without a dot at the end.
     *
     * @param endpoint an IP address or host name, and a port other than 0
     * @param login the user name and password (RFC 1929), or {@code null} for none
     * @throws IllegalArgumentException if the name cannot be that of a host, or the port is 0
     */
    public Upstream {
        if (endpoint.port() == 0) {
            throw new IllegalArgumentException("nothing can be reached at port 0");
        }
        endpoint = endpoint.canonical()
                .orElseThrow(() -> new IllegalArgumentException("neither an address nor the name of a host"));
    }

    /**
     * Reads {@code socks5://USER:PASSWORD@HOST:PORT}, for example {@code socks5://proxy.example} or
     * {@code socks5://alice:secret@[2001:db8::1]:1081}. Looks nothing up.
     *
     * <p>Without a port it is 1080. A percent sign and two hexadecimal digits stand for a byte of the user name or
     * password, as RFC 3986 has it; other characters are encoded as UTF-8. {@code socks5h} is another word for the
     * same: names always go to the proxy as they are.
     *
     * @param uri a URI as above, with at most one slash behind it
     * @return the proxy
     * @throws IllegalArgumentException if it is anything else; the message repeats nothing of it, because there may be
     *     a password in it
     */
    public static Upstream parse(String uri) {
        ProxyUri read = ProxyUri.parse(uri);
        return new Upstream(read.proxy(), read.login());
    }

    /** Describes the proxy without its login. Safe to log. */
    @Override
    public String toString() {
        return "socks5://" + endpoint;
    }
}
