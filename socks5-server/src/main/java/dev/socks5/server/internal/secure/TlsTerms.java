package dev.socks5.server.internal.secure;

import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIMatcher;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** Makes an engine for each connection of one listener, or to one upstream. Safe for use by several threads. */
public final class TlsTerms {

    private static final String CHECK_HOST_NAME = "HTTPS";

    private final SSLContext context;
    private final SSLParameters parameters;

    private TlsTerms(SSLContext context, SSLParameters parameters) {
        this.context = context;
        this.parameters = parameters;
    }

    /**
     * Takes the terms of a listener.
     *
     * @param parameters copied at once; {@code null} for those of the context
     */
    public static TlsTerms of(SSLContext context, @Nullable SSLParameters parameters) {
        SSLEngine template = context.createSSLEngine();
        template.setUseClientMode(false);
        if (parameters != null) {
            template.setSSLParameters(parameters);
        }
        return new TlsTerms(context, template.getSSLParameters());
    }

    /**
     * Whether these are the terms of the same context, with parameters that are the same as far as they can be told.
     */
    public boolean isSameAs(TlsTerms other) {
        SSLParameters its = other.parameters;
        return this == other
                || (context == other.context
                        && parameters.getNeedClientAuth() == its.getNeedClientAuth()
                        && parameters.getWantClientAuth() == its.getWantClientAuth()
                        && parameters.getUseCipherSuitesOrder() == its.getUseCipherSuitesOrder()
                        && Arrays.equals(parameters.getProtocols(), its.getProtocols())
                        && Arrays.equals(parameters.getCipherSuites(), its.getCipherSuites())
                        && Arrays.equals(parameters.getApplicationProtocols(), its.getApplicationProtocols())
                        && matchers(parameters).equals(matchers(its))
                        && Objects.equals(parameters.getAlgorithmConstraints(), its.getAlgorithmConstraints()));
    }

    private static List<SNIMatcher> matchers(SSLParameters parameters) {
        @Nullable Collection<SNIMatcher> matchers = parameters.getSNIMatchers();
        return matchers == null ? List.of() : List.copyOf(matchers);
    }

    /** Whether clients are asked for a certificate. */
    public boolean asksForCertificate() {
        return parameters.getWantClientAuth() || parameters.getNeedClientAuth();
    }

    /** Makes the engine of a connection from a client. */
    public SSLEngine accept() {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        engine.setSSLParameters(parameters);
        return engine;
    }

    /** Makes the engine of a connection to a server, whose certificate has to be good, and to name that host. */
    public static SSLEngine connect(SSLContext context, Endpoint server) {
        SSLEngine engine = context.createSSLEngine(host(server), server.port());
        engine.setUseClientMode(true);
        SSLParameters checked = engine.getSSLParameters();
        checked.setEndpointIdentificationAlgorithm(CHECK_HOST_NAME);
        if (server.address() instanceof DomainName name) {
            checked.setServerNames(List.of(new SNIHostName(name.octets())));
        }
        engine.setSSLParameters(checked);
        return engine;
    }

    private static String host(Endpoint server) {
        if (server.address() instanceof DomainName name) {
            return name.octets();
        }
        InetSocketAddress address = server.toInetSocketAddress();
        return address.getAddress().getHostAddress();
    }
}
