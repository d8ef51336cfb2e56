package dev.socks5.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Comparator;
import java.util.Objects;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes sockets for drivers that take the name of a {@link SocketFactory} class from their configuration and make an
 * object of it, with a string or without, or call its {@link #getDefault()}. In code,
 * {@link Socks5Client#socketFactory()} is simpler.
 *
 * <p>PostgreSQL's driver takes a string:
 *
 * <pre>{@code
 * jdbc:postgresql://db.internal/orders?socketFactory=dev.socks5.client.Socks5SocketFactory
 *         &socketFactoryArg=socks5h://user:password@proxy.example:1080
 * }</pre>
 *
 * <p>There, a URL's parameters are decoded once before this class reads the rest: in user name and password, a
 * character that has to be encoded ({@code % : @ & / ? #} and space) is encoded twice, {@code %} as {@code %2525} and
 * {@code &} as {@code %2526}. Given in {@link java.util.Properties} instead of the URL, it is encoded once: {@code %25}
 * and {@code %26}.
 *
 * <p>MariaDB's driver takes a class only, whose proxy is then that of the system property {@value #PROPERTY} or of the
 * environment: {@code jdbc:mariadb://db.internal/orders?socketFactory=dev.socks5.client.Socks5SocketFactory}.
 *
 * <p>Both drivers look the name of the database up before they ask for a socket, and the proxy gets the address that
 * they have found, or the name if they have found none. With {@code ?addressesStandForNames} behind the URI, the proxy
 * gets the name in any case: see {@link Socks5ClientBuilder#addressesStandForNames()}. The other
 * options are {@code placeholderAddresses}, {@code sendAhead} and {@code sendAhead=login}, see
 * {@link Socks5ClientBuilder#placeholderAddresses()} and {@link Socks5ClientBuilder#sendAhead()}; they are joined by
 * {@code &}.
 *
 * <p>JNDI's LDAP takes a class only, too: {@code java.naming.ldap.factory.socket}. Its pool of connections works with
 * this one. For {@code ldaps} URLs there is {@link Socks5SslSocketFactory}.
 *
 * <p>Sockets, failures and time limits are those of {@link Socks5Client#socketFactory()}. Safe for use by several
 * threads at once.
 */
public final class Socks5SocketFactory extends SocketFactory implements Comparator<Object> {

    /** The system property that has a URI for {@link #Socks5SocketFactory()}. */
    public static final String PROPERTY = "dev.socks5.proxy";

    private final SocketFactory factory;

    /**
     * Makes a factory that goes through the proxy of the system property {@value #PROPERTY} if that is set and not
     * empty, else through that of the environment, as {@link Socks5Client#fromEnvironment()} reads it. They are read
     * now, not at each connect.
     *
     * @throws IllegalStateException if neither names a proxy: without one, nothing goes direct instead
     * @throws IllegalArgumentException if it is no URI of a SOCKS5 proxy; the message repeats nothing of it
     */
    public Socks5SocketFactory() {
        this(null);
    }

    /**
     * Makes a factory that goes through the proxy that a URI names.
     *
     * @param uri as {@link Socks5Client#of(String)} reads it, and behind it the options, if any; {@code null} counts as
     *     no argument, because some drivers give it if nothing is configured
     * @throws IllegalStateException if it is {@code null}, and no proxy is set elsewhere
     * @throws IllegalArgumentException if it is no URI of a SOCKS5 proxy; the message repeats nothing of it
     */
    public Socks5SocketFactory(@Nullable String uri) {
        factory = ConfiguredClient.of(uri).socketFactory();
    }

    /**
     * Makes the factory that {@link #Socks5SocketFactory()} makes, for code that makes no object of a factory's class
     * but calls this method of it: JNDI's LDAP ({@code java.naming.ldap.factory.socket}) and Jakarta Mail
     * ({@code mail.smtp.socketFactory.class}). Without it, {@link SocketFactory#getDefault()} would be found there,
     * whose sockets go direct.
     *
     * @return a new factory
     * @throws IllegalStateException if no proxy is set: nothing goes direct instead
     * @throws IllegalArgumentException if it is no URI of a SOCKS5 proxy; the message repeats nothing of it
     */
    public static SocketFactory getDefault() {
        return new Socks5SocketFactory();
    }

    /**
     * Compares the names of two classes of factories, for JNDI's LDAP: without this method, it would not pool
     * connections that a factory makes, and say nothing. It takes an idle connection of its pool for one to the same
     * server if the names are equal, and cannot know whether the proxy was another one then: change {@value #PROPERTY}
     * only before the first.
     *
     * @param first the name of a class
     * @param second the name of a class
     * @return 0 if they are equal, else a number whose sign gives their order
     */
    @Override
    public int compare(Object first, Object second) {
        return Objects.requireNonNull(first, "first")
                .toString()
                .compareTo(Objects.requireNonNull(second, "second").toString());
    }

    @Override
    public Socket createSocket() throws IOException {
        return factory.createSocket();
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return factory.createSocket(host, port);
    }

    @Override
    public Socket createSocket(String host, int port, @Nullable InetAddress localHost, int localPort)
            throws IOException {
        return factory.createSocket(host, port, localHost, localPort);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return factory.createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, @Nullable InetAddress localHost, int localPort)
            throws IOException {
        return factory.createSocket(host, port, localHost, localPort);
    }
}
