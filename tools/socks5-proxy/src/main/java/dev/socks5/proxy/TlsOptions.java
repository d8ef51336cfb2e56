package dev.socks5.proxy;

import dev.socks5.codec.Endpoint;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerBuilder;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import picocli.CommandLine.Option;

/** Where the server listens with TLS, and by which certificates. */
final class TlsOptions {

    @Option(
            names = "--listen-tls",
            paramLabel = "HOST:PORT",
            description = "Where to listen for clients that speak TLS first; repeatable. Needs a certificate.")
    private List<Endpoint> listen = new ArrayList<>();

    @Option(
            names = "--tls-certificate",
            paramLabel = "FILE",
            description = "The server's certificate in PEM, with those that it was signed with behind it. Files of TLS"
                    + " are read again when they change.")
    private Path certificate;

    @Option(
            names = "--tls-key",
            paramLabel = "FILE",
            description = "Its private key in PEM, PKCS #8, not encrypted. Default: in the file of the certificate.")
    private Path key;

    @Option(
            names = "--tls-keystore",
            paramLabel = "FILE",
            description = "Instead of these two: a keystore with the certificate and its key, PKCS #12 for example.")
    private Path keystore;

    @Option(
            names = "--tls-keystore-password-file",
            paramLabel = "FILE",
            description = "The first line of this file is the keystore's password. Default: an empty one.")
    private Path password;

    @Option(
            names = "--tls-client-ca",
            paramLabel = "FILE",
            description = "Require a certificate of clients that speak TLS, signed by one of those in this file (PEM)."
                    + " Its common name is the user, logged in by it.")
    private Path clientCa;

    private final List<Renewed<?>> renewed = new ArrayList<>();

    /** What the options come to. */
    record Settings(SSLContext context, SSLParameters parameters, RenewedTrust trust) {}

    /** How many addresses these are. */
    int count() {
        return listen.size();
    }

    /** Call this before other options add addresses, so that these are the first. */
    void configure(Socks5ServerBuilder builder, Consumer<String> log, LongSupplier nanoTime) {
        Settings settings = settings(log, nanoTime);
        if (settings == null) {
            return;
        }
        for (Endpoint endpoint : listen) {
            builder.listenTls(Arguments.resolve("--listen-tls", endpoint), settings.context(), settings.parameters());
        }
        if (settings.trust() != null) {
            builder.certificateLogin(new CertificateUsers(settings.trust()));
        }
    }

    /** Reads the files again, now. */
    void renew() {
        renewed.forEach(Renewed::lookNow);
    }

    /** Whether clients log in by a certificate. */
    boolean isLogin() {
        return clientCa != null;
    }

    /** What clients there have to know, for the line that tells the address. */
    String describe() {
        return clientCa == null ? ", with TLS" : ", with TLS, client certificate required";
    }

    /** What shows on this machine that TLS works there; empty if there is none. curl speaks no SOCKS over TLS. */
    Optional<String> command(Socks5Server server) {
        return listen.isEmpty()
                ? Optional.empty()
                : Optional.of("openssl s_client -connect "
                        + Arguments.reachable(server.localAddresses().get(0)));
    }

    /**
     * Reads the files.
     *
     * @param log is told what is odd about them, now and whenever they have changed
     * @return {@code null} if there is no TLS
     * @throws IllegalArgumentException if an option is wrong
     */
    Settings settings(Consumer<String> log, LongSupplier nanoTime) {
        requireWhole();
        if (listen.isEmpty()) {
            return null;
        }
        RenewedKeys keys = new RenewedKeys(
                renewed(files(certificate, key, keystore, password), () -> serverKey(log), log, nanoTime));
        RenewedTrust trust = clientCa == null
                ? null
                : new RenewedTrust(renewed(files(clientCa), this::clientAuthority, log, nanoTime));
        secrets()
                .filter(CertificateFiles::isOpenToAll)
                .forEach(file -> log.accept("warning: everybody on this machine can read " + file));
        SSLParameters parameters = new SSLParameters();
        parameters.setNeedClientAuth(trust != null);
        return new Settings(context(keys, trust), parameters, trust);
    }

    private <T> Renewed<T> renewed(List<Path> files, Supplier<T> reader, Consumer<String> log, LongSupplier nanoTime) {
        Renewed<T> read = new Renewed<>(files, reader, log, nanoTime);
        renewed.add(read);
        return read;
    }

    private void requireWhole() {
        boolean pem = certificate != null;
        if (listen.isEmpty()
                && !files(certificate, key, keystore, password, clientCa).isEmpty()) {
            throw new IllegalArgumentException("--tls-... options need --listen-tls");
        }
        if (!listen.isEmpty() && pem == (keystore != null)) {
            throw new IllegalArgumentException("--listen-tls needs --tls-certificate or --tls-keystore, one of them");
        }
        if (key != null && !pem) {
            throw new IllegalArgumentException("--tls-key needs --tls-certificate");
        }
        if (password != null && keystore == null) {
            throw new IllegalArgumentException("--tls-keystore-password-file needs --tls-keystore");
        }
    }

    /** The files that nobody else should be able to read. */
    private Stream<Path> secrets() {
        return certificate != null
                ? Stream.of(key == null ? certificate : key)
                : Stream.of(password == null ? keystore : password);
    }

    private static List<Path> files(Path... given) {
        return Stream.of(given).filter(Objects::nonNull).toList();
    }

    private ServerKey serverKey(Consumer<String> log) {
        ServerKey read = certificate != null
                ? CertificateFiles.fromPem(certificate, key)
                : CertificateFiles.fromKeystore(keystore, password);
        read.complaint(Instant.now()).ifPresent(complaint -> log.accept("warning: " + complaint));
        return read;
    }

    private ClientAuthority clientAuthority() {
        return ClientAuthority.of(CertificateFiles.certificates(CertificateFiles.CLIENT_CA, clientCa));
    }

    private static SSLContext context(RenewedKeys keys, RenewedTrust trust) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            // Without an authority there is nobody to trust: null would mean the JDK's own list.
            context.init(
                    new KeyManager[] {keys}, trust == null ? new TrustManager[0] : new TrustManager[] {trust}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("this Java has no TLS: " + e.getMessage(), e);
        }
    }
}
