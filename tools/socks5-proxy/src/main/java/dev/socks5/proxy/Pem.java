package dev.socks5.proxy;

import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Reads certificates and a private key in the form that certificate authorities and OpenSSL write (RFC 7468). Text
 * around the blocks, and blocks of other kinds, are skipped. Complaints repeat nothing of it: it is a secret.
 */
record Pem(String text) {

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s*([A-Za-z0-9+/=\\s]+)-----END \\1-----");

    /** Gives all certificates, in their order; empty if there are none. */
    List<X509Certificate> certificates() {
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            List<X509Certificate> found = new ArrayList<>();
            for (byte[] block : blocks("CERTIFICATE")) {
                found.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block)));
            }
            return found;
        } catch (CertificateException e) {
            throw new IllegalArgumentException("a certificate in it is malformed", e);
        }
    }

    /**
     * Gives the only private key.
     *
     * @param algorithm that of the certificate's key, because that of an unencrypted PKCS #8 key is the same
     */
    PrivateKey key(String algorithm) {
        List<byte[]> keys = blocks("PRIVATE KEY");
        if (keys.size() > 1) {
            throw new IllegalArgumentException("more than one private key in it");
        }
        if (keys.isEmpty()) {
            throw new IllegalArgumentException(
                    text.contains("PRIVATE KEY-----")
                            ? "the private key in it is encrypted, or not in PKCS #8: convert it by openssl pkcs8"
                                    + " -topk8 -nocrypt"
                            : "no private key in it");
        }
        try {
            return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(keys.get(0)));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the private key in it is malformed, or not of the certificate", e);
        }
    }

    private List<byte[]> blocks(String kind) {
        try {
            return BLOCK.matcher(text)
                    .results()
                    .filter(block -> block.group(1).equals(kind))
                    .map(Pem::decoded)
                    .toList();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("a block of it is not in base64", e);
        }
    }

    private static byte[] decoded(MatchResult block) {
        return Base64.getMimeDecoder().decode(block.group(2));
    }

    @Override
    public String toString() {
        return "Pem[hidden]";
    }
}
