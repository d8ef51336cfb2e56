package dev.socks5.proxy;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A private key, and the certificates that stand for it: a server's own, and those that it was signed with.
 *
 * @param chain at least one
 */
record ServerKey(PrivateKey key, List<X509Certificate> chain) {

    /** The algorithms of keys that TLS of Java can use, each with one that signs by them. */
    private static final Map<String, String> SIGNERS =
            Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA", "EdDSA", "EdDSA");

    /** @throws IllegalArgumentException if there is no certificate, or the key is not that of the first */
    ServerKey {
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("no certificate in it");
        }
        if (!fits(key, chain.get(0).getPublicKey())) {
            throw new IllegalArgumentException("the private key is not that of the certificate");
        }
        chain = List.copyOf(chain);
    }

    private static boolean fits(PrivateKey key, PublicKey certified) {
        String algorithm = SIGNERS.get(certified.getAlgorithm());
        if (algorithm == null) {
            throw new IllegalArgumentException("a key of the kind " + certified.getAlgorithm()
                    + ", which this server has not for TLS: take RSA, EC or Ed25519");
        }
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(certified.getEncoded());
            byte[] signed = signature.sign();
            signature.initVerify(certified);
            signature.update(certified.getEncoded());
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    String algorithm() {
        return chain.get(0).getPublicKey().getAlgorithm();
    }

    /** Says what is wrong with its time, if anything is. */
    Optional<String> complaint(Instant now) {
        X509Certificate own = chain.get(0);
        if (now.isAfter(own.getNotAfter().toInstant())) {
            return Optional.of("the certificate has expired: " + this);
        }
        return now.isBefore(own.getNotBefore().toInstant())
                ? Optional.of("the certificate is not valid yet, but from "
                        + own.getNotBefore().toInstant() + ": " + this)
                : Optional.empty();
    }

    /** Names the owner and the end of the time, and nothing secret. */
    @Override
    public String toString() {
        X509Certificate own = chain.get(0);
        return Logfmt.value(own.getSubjectX500Principal().getName()) + ", valid until "
                + own.getNotAfter().toInstant();
    }
}
