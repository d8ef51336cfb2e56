package dev.socks5.server;

import dev.socks5.codec.ClientNegotiation;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.codec.ProxyUri;
import dev.socks5.codec.SendAhead;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Another SOCKS5 proxy, through which this server can reach destinations; see {@link Route#through}. Immutable.
 *
 * <p>It is offered no authentication, and the login if there is one. With further methods, no authentication is not
 * offered: first come these, in order, and then the login.
 *
 * <pre>{@code
 * new Upstream(Endpoint.of("proxy.example", 1080), null).withMethod(
 *         GssapiInitiator.builder().build())
 * }</pre>
 *
 * @param endpoint the address or name of the proxy. The server's {@link Resolver} looks a name up each time that the
 *     proxy is dialled; the name of a further proxy of a chain is looked up by the proxy before it
 * @param path the path of the Unix domain socket on which the proxy listens; {@code null} if it is reached by TCP. Only
 *     the first proxy of a route can have one
 * @param tls what TLS to this proxy is made with; {@code null} for none, and if there is a path; see {@link #overTls}
 * @param login the login, sent only to this proxy and only if it asks for it, or ahead of that if {@code sendAhead}
 *     says so; {@code null} for none
 * @param methods further methods, in order of preference; maybe none. A factory and its negotiations are used on the
 *     server's executor, so they may block; what they throw ends the request with a failure and nothing else
 * @param sendAhead what this proxy is sent without waiting for its answers. With {@link SendAhead#ALL}, the login or
 *     the first message of the method is sent before the proxy has selected it, and nothing else is offered
 */
public record Upstream(
        Endpoint endpoint,
        @Nullable Path path,
        @Nullable SSLContext tls,
        @Nullable PasswordRequest login,
        List<ClientNegotiation.Factory> methods,
        SendAhead sendAhead) {

    /**
     * Checks the endpoint, and takes its canonical form: names in lower case without a dot at the end.
     *
     * @param endpoint an IP address or host name, and a port other than 0; {@link ProxyUri#LOCAL} if there is a path
     * @param path absolute, and without control characters; {@code null} for TCP
     * @param tls checks the proxy's certificate; {@code null} for no TLS; not with a path
     * @param login the user name and password (RFC 1929), or {@code null} for none
     * @param methods each of another method; copied
     * @param sendAhead {@link SendAhead#ALL} only with one method, or a login and no method, or neither: more than one
     *     cannot be sent ahead
     * @throws IllegalArgumentException if the name cannot be that of a host, the port is 0, the path is none, there is
     *     TLS with a path, or more than one method would have to be sent ahead
     */
    public Upstream {
        if (endpoint.port() == 0) {
            throw new IllegalArgumentException("nothing can be reached at port 0");
        }
        endpoint = endpoint.canonical()
                .orElseThrow(() -> new IllegalArgumentException("neither an address nor the name of a host"));
        if (path != null) {
            uri(endpoint, path, tls != null, SendAhead.NOTHING); // It is checked there.
        }
        methods = List.copyOf(methods);
        if (Objects.requireNonNull(sendAhead) == SendAhead.ALL && methods.size() + (login == null ? 0 : 1) > 1) {
            throw new IllegalArgumentException("only one way to log in can be sent ahead of the proxy's choice");
        }
    }

    /**
     * Describes a proxy that is reached by TCP without TLS.
     *
     * @param endpoint an IP address or host name, and a port other than 0
     * @param login the user name and password (RFC 1929), or {@code null} for none
     * @param methods each of another method; copied
     * @param sendAhead see above
     * @throws IllegalArgumentException as above
     */
    public Upstream(
            Endpoint endpoint,
            @Nullable PasswordRequest login,
            List<ClientNegotiation.Factory> methods,
            SendAhead sendAhead) {
        this(endpoint, null, null, login, methods, sendAhead);
    }

    /**
     * Describes a proxy that is offered no authentication and, if there is a login, that as well. Nothing is sent
     * ahead.
     *
     * @param endpoint an IP address or host name, and a port other than 0
     * @param login the user name and password (RFC 1929), or {@code null} for none
     * @throws IllegalArgumentException if the name cannot be that of a host, or the port is 0
     */
    public Upstream(Endpoint endpoint, @Nullable PasswordRequest login) {
        this(endpoint, login, List.of(), SendAhead.NOTHING);
    }

    /**
     * Describes a proxy of this host that listens on a Unix domain socket. It is offered no authentication; nothing is
     * sent ahead.
     *
     * <p>BIND and UDP ASSOCIATE go through it as through any other. Whether they work is for that proxy to say: this
     * library's own server refuses UDP ASSOCIATE there, because there is no address to hear.
     *
     * @param path the path of the socket; if it is relative, the process's working directory comes before it
     * @return the proxy
     * @throws IllegalArgumentException if the path has control characters, or this is a system whose paths do not begin
     *     with a slash
     */
    public static Upstream atPath(Path path) {
        return new Upstream(ProxyUri.LOCAL, path.toAbsolutePath(), null, null, List.of(), SendAhead.NOTHING);
    }

    /**
     * Adds a further method, such as GSSAPI or a private one, behind those that are there.
     *
     * @param method makes a negotiation for each connection to this proxy
     * @return a copy with this method
     * @throws IllegalArgumentException if there is {@link SendAhead#ALL} and another method, or a login
     */
    public Upstream withMethod(ClientNegotiation.Factory method) {
        return new Upstream(
                endpoint,
                path,
                tls,
                login,
                Stream.concat(methods.stream(), Stream.of(method)).toList(),
                sendAhead);
    }

    /**
     * Sets what is sent without waiting for the proxy's answers: each answer that nobody waits for saves a round trip.
     *
     * @param ahead nothing, everything except logins, or everything
     * @return a copy with this setting
     * @throws IllegalArgumentException if it is {@link SendAhead#ALL} and there is more than one method
     */
    public Upstream sendingAhead(SendAhead ahead) {
        return new Upstream(endpoint, path, tls, login, methods, ahead);
    }

    /**
     * Has the server connect to this proxy by TLS, and speak SOCKS5 inside it. The proxy's certificate has to be good
     * by the context's trust manager, and has to name the host or address of {@link #endpoint}; a name is sent as SNI.
     * Nothing is sent to the proxy before that. Datagrams of an association do not go by TLS.
     *
     * @param context has the certificates to trust, and this server's own if the proxy wants one
     * @return a copy with TLS
     */
    public Upstream overTls(SSLContext context) {
        return new Upstream(endpoint, path, Objects.requireNonNull(context), login, methods, sendAhead);
    }

    /**
     * Reads {@code socks5://USER:PASSWORD@HOST:PORT}, for example {@code socks5://proxy.example} or
     * {@code socks5://alice:secret@[2001:db8::1]:1081}. Looks nothing up.
     *
     * <p>{@code socks5h://localhost/run/proxy.sock} is the proxy of this host that listens on that path, see
     * {@link #atPath}. Without a port it is 1080. A percent sign and two hexadecimal digits stand for a byte of the
     * user name, password or path, as RFC 3986 has it; other characters are encoded as UTF-8. {@code socks5h} is
     * another word for the same: names always go to the proxy as they are. Behind the host and port there may be a
     * slash, and {@code ?sendAhead} for {@link SendAhead#ALL_BUT_LOGINS} or {@code ?sendAhead=login} for {@link
     * SendAhead#ALL}. {@code socks5s} and {@code socks5hs} reach the proxy by TLS with {@link
     * SSLContext#getDefault()}, which trusts what the JVM does, see {@link #overTls}.
     *
     * @param uri a URI as above, and nothing else
     * @return the proxy
     * @throws IllegalArgumentException if it is anything else; the message repeats nothing of it, because there may be
     *     a password in it
     */
    public static Upstream parse(String uri) {
        ProxyUri read = ProxyUri.parse(uri);
        Path path = read.path() == null ? null : Path.of(read.path());
        SSLContext tls = read.overTls() ? defaultContext() : null;
        return new Upstream(read.proxy(), path, tls, read.login(), List.of(), read.sendAhead());
    }

    private static SSLContext defaultContext() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JVM has no TLS of its own to use", e);
        }
    }

    /** Describes the proxy without its login and methods. Safe to log. */
    @Override
    public String toString() {
        return uri(endpoint, path, tls != null, sendAhead).toString();
    }

    private static ProxyUri uri(Endpoint endpoint, @Nullable Path path, boolean overTls, SendAhead sendAhead) {
        return new ProxyUri(endpoint, path == null ? null : path.toString(), overTls, null, true, sendAhead);
    }
}
