package dev.socks5.interop;

import java.io.IOException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.X509TrustManager;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;

/** A web server on 127.0.0.1 that speaks HTTPS only, HTTP/1.1 or HTTP/2, with a certificate of its own. */
final class WebOrigin implements AutoCloseable {

    private final MockWebServer server = new MockWebServer();
    private final HandshakeCertificates clients;

    private WebOrigin(HeldCertificate certificate) throws IOException {
        clients = new HandshakeCertificates.Builder()
                .addTrustedCertificate(certificate.certificate())
                .build();
        server.useHttps(new HandshakeCertificates.Builder()
                .heldCertificate(certificate)
                .build()
                .sslSocketFactory());
        server.setDispatcher(new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
                return new MockResponse.Builder()
                        .body("this is " + request.getTarget())
                        .build();
            }
        });
        server.start(Loopback.V4, 0);
    }

    /** One with a certificate for these names. */
    static WebOrigin named(String... names) throws IOException {
        HeldCertificate.Builder certificate = new HeldCertificate.Builder();
        for (String name : names) {
            certificate.addSubjectAlternativeName(name);
        }
        return new WebOrigin(certificate.build());
    }

    int port() {
        return server.getPort();
    }

    String url(String host) {
        return "https://" + host + ":" + port() + "/page";
    }

    /** Trusts this server, and nobody else. */
    SSLContext trust() {
        return clients.sslContext();
    }

    SSLSocketFactory trustingSockets() {
        return clients.sslSocketFactory();
    }

    X509TrustManager trustManager() {
        return clients.trustManager();
    }

    @Override
    public void close() {
        server.close();
    }
}
