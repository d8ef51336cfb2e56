package dev.socks5.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whom a certificate names; how it is checked is tested by {@link TlsServerTest}. */
class CertificateUsersTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CN=alice | alice",
                "CN=bob, OU=staff, O=Example | bob",
                "OU=staff, CN=carol, CN=people | carol",
                "OU=staff+CN=dave, O=Example | dave",
                "CN=J\\, r\u00fcdiger | J, r\u00fcdiger",
                "O=Example | ",
                "CN=\" \" | ",
            })
    void theUserIsTheCommonName(String subject, String name) throws Exception {
        X509Certificate certificate = mock(X509Certificate.class);
        when(certificate.getSubjectX500Principal()).thenReturn(new X500Principal(subject));
        assertThat(CertificateUsers.commonName(certificate)).isEqualTo(Optional.ofNullable(name));
    }
}
