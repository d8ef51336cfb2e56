package dev.socks5.proxy;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.Endpoint;
import dev.socks5.testing.Authority;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.stream.Stream;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What is told if the options of TLS are wrong, or the files that they name. */
@Timeout(60)
class WrongTlsOptionsTest {

    /** It takes a while. */
    private static final String RSA_KEY =
            new HeldCertificate.Builder().rsa2048().build().privateKeyPkcs8Pem();

    @TempDir
    private Path folder;

    private final Authority authority = new Authority();

    private Path file(String name) {
        return folder.resolve(name);
    }

    private static void read(Stream<String> options) {
        TlsOptions parsed = new TlsOptions();
        new CommandLine(parsed)
                .registerConverter(Endpoint.class, Endpoint::parse)
                .parseArgs(options.toArray(String[]::new));
        parsed.settings(line -> {}, System::nanoTime);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--tls-certificate /nowhere/at/all | cannot read --tls-certificate /nowhere/at/all: no such file",
                "--tls-certificate DIR/cert.pem | --tls-certificate DIR/cert.pem: no private key in it",
                "--tls-certificate DIR/key.pem | --tls-certificate DIR/key.pem: no certificate in PEM in it",
                "--tls-certificate DIR/cert.pem --tls-key DIR/other.pem | --tls-key DIR/other.pem: the private key is not",
                "--tls-certificate DIR/cert.pem --tls-key DIR/rsa.pem | not of the certificate",
                "--tls-certificate DIR/cert.pem --tls-key DIR/legacy.pem | openssl pkcs8",
                "--tls-certificate DIR/cert.pem --tls-key DIR/both.pem | more than one private key",
                "--tls-certificate DIR/broken.pem --tls-key DIR/key.pem | a certificate in it is malformed",
                "--tls-keystore /nowhere/at/all | cannot read --tls-keystore /nowhere/at/all: no such file",
                "--tls-keystore DIR/cert.pem | --tls-keystore DIR/cert.pem: ",
                "--tls-keystore DIR/keys.p12 | wrong password, which --tls-keystore-password-file has to give",
                "--tls-keystore DIR/keys.p12 --tls-keystore-password-file DIR/cert.pem | wrong password",
                "--tls-keystore DIR/keys.p12 --tls-keystore-password-file /nowhere | --tls-keystore-password-file /nowhere",
                "--tls-keystore DIR/trust.p12 --tls-keystore-password-file DIR/password | there are 0",
                "--tls-certificate DIR/own.pem --tls-client-ca /nowhere | cannot read --tls-client-ca /nowhere",
                "--tls-certificate DIR/own.pem --tls-client-ca DIR/key.pem | --tls-client-ca DIR/key.pem: no certificate",
                "--tls-certificate DIR/own.pem --tls-keystore DIR/keys.p12 | one of them",
                "--tls-key DIR/key.pem | one of them",
                "--tls-keystore DIR/keys.p12 --tls-key DIR/key.pem | --tls-key needs --tls-certificate",
                "--tls-certificate DIR/own.pem --tls-keystore-password-file DIR/password | needs --tls-keystore",
            })
    void aWrongOptionIsToldByOneClearLine(String options, String part) throws Exception {
        HeldCertificate own = authority.issue("proxy");
        Files.writeString(file("cert.pem"), own.certificatePem());
        Files.writeString(file("key.pem"), own.privateKeyPkcs8Pem());
        Files.writeString(file("other.pem"), authority.issue("proxy").privateKeyPkcs8Pem());
        Files.writeString(file("rsa.pem"), RSA_KEY);
        Files.writeString(file("legacy.pem"), "-----BEGIN EC PRIVATE KEY-----\nAQ==\n-----END EC PRIVATE KEY-----\n");
        Files.writeString(file("both.pem"), own.privateKeyPkcs8Pem() + own.privateKeyPkcs8Pem());
        Files.writeString(file("broken.pem"), "-----BEGIN CERTIFICATE-----\nAQID\n-----END CERTIFICATE-----\n");
        Files.writeString(file("password"), "s3cret");
        Authority.write(own, file("own.pem"));
        authority.writeStore(own, file("keys.p12"), "s3cret");
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        trust.setCertificateEntry("a", own.certificate());
        try (OutputStream out = Files.newOutputStream(file("trust.p12"))) {
            trust.store(out, "s3cret".toCharArray());
        }
        Stream<String> arguments =
                Stream.of(options.replace("DIR", folder.toString()).split(" "));
        assertThatThrownBy(() -> read(Stream.concat(Stream.of("--listen-tls", "127.0.0.1:0"), arguments)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(part.replace("DIR", folder.toString()))
                .hasMessageNotContainingAny("s3cret", "null");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--tls-certificate",
                "--tls-key",
                "--tls-keystore",
                "--tls-keystore-password-file",
                "--tls-client-ca"
            })
    void nothingOfTlsGoesWithoutAPlaceToListen(String option) {
        assertThatThrownBy(() -> read(Stream.of(option, "x"))).hasMessageContaining("--listen-tls");
    }
}
