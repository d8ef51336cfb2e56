package dev.socks5.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Comparator;
import java.util.Objects;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes sockets of TLS for libraries that take the name of a {@link SocketFactory} class from their configuration. In
 * code, {@link Socks5Client#sslSocketFactory()} is simpler.
 *
 * <p>Its proxy is named as that of a {@link Socks5SocketFactory} is: by a URI, by the system property
 * {@value Socks5SocketFactory#PROPERTY}, or by the environment. Certificates are those of the JVM's default
 * {@link javax.net.ssl.SSLContext}, which the system properties {@code javax.net.ssl.trustStore} and
 * {@code javax.net.ssl.keyStore} change.
 *
 * <p>JNDI's LDAP takes it as {@code java.naming.ldap.factory.socket} for {@code ldaps} URLs, and Jakarta Mail as
 * {@code mail.imap.ssl.socketFactory.class}. It is no {@link javax.net.ssl.SSLSocketFactory}, because Jakarta Mail
 * would make sockets by itself then, which go direct.
 *
 * <p>Sockets, failures, time limits and the check of the host's name are those of
 * {@link Socks5Client#sslSocketFactory(javax.net.ssl.SSLSocketFactory)}. Safe for use by several threads at once.
 */
public final class Socks5SslSocketFactory extends SocketFactory implements Comparator<Object> {

    private final SocketFactory factory;

    /**
     * Makes a factory that goes through the proxy of the system property {@value Socks5SocketFactory#PROPERTY} or of
     * the environment, as {@link Socks5SocketFactory#Socks5SocketFactory()} does.
     *
     * @throws IllegalStateException if neither names a proxy: without one, nothing goes direct instead; or if the JVM
     *     has no default context for TLS
     * @throws IllegalArgumentException if it is no URI of a SOCKS5 proxy; the message repeats nothing of it
     */
    public Socks5SslSocketFactory() {
        this(null);
    }

    /**
     * Makes a factory that goes through the proxy that a URI names.
     *
     * @param uri as {@link Socks5SocketFactory#Socks5SocketFactory(String)} reads it, options included; {@code null}
     *     counts as no argument
     * @throws IllegalStateException if it is {@code null}, and no proxy is set elsewhere; or if the JVM has no default
     *     context for TLS
     * @throws IllegalArgumentException if it is no URI of a SOCKS5 proxy; the message repeats nothing of it
     */
    public Socks5SslSocketFactory(@Nullable String uri) {
        factory = ConfiguredClient.of(uri).sslSocketFactory();
    }

    /**
     * Makes the factory that {@link #Socks5SslSocketFactory()} makes, for code that makes no object of a factory's
     * class but calls this method of it: JNDI's LDAP and Jakarta Mail. Without it, {@link SocketFactory#getDefault()}
     * would be found there, whose sockets go direct and are in clear.
     *
     * @return a new factory
     * @throws IllegalStateException if no proxy is set: nothing goes direct instead; or if the JVM has no default
     *     context for TLS
     * @throws IllegalArgumentException if it is no URI of a SOCKS5 proxy; the message repeats nothing of it
     */
    public static SocketFactory getDefault() {
        return new Socks5SslSocketFactory();
    }

    /**
     * Compares the names of two classes of factories, for the pool of JNDI's LDAP; see
     * {@link Socks5SocketFactory#compare(Object, Object)}.
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
