package dev.socks5.proxy;

import dev.socks5.proxy.input.TextFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Reads what the options of TLS name. A complaint begins with the option and its file, and repeats nothing of it. */
final class CertificateFiles {

    static final String KEYSTORE = "--tls-keystore";
    static final String PASSWORD = "--tls-keystore-password-file";
    static final String CERTIFICATE = "--tls-certificate";
    static final String KEY = "--tls-key";
    static final String CLIENT_CA = "--tls-client-ca";

    private CertificateFiles() {}

    /** Reads one entry with a private key from a store of any kind that Java knows, such as PKCS #12. */
    static ServerKey fromKeystore(Path file, Path passwordFile) {
        char[] password = passwordFile == null
                ? new char[0]
                : read(PASSWORD, passwordFile, () -> firstLine(TextFile.read(passwordFile)));
        return read(KEYSTORE, file, () -> {
            requireReadable(file);
            try {
                return onlyKey(KeyStore.getInstance(file.toFile(), password), password);
            } catch (IOException e) {
                if (e.getCause() instanceof UnrecoverableKeyException) {
                    throw wrongPassword(e);
                }
                throw e;
            } catch (UnrecoverableKeyException e) {
                throw wrongPassword(e);
            } catch (GeneralSecurityException e) {
                throw new IllegalArgumentException("no keystore that Java can read", e);
            } finally {
                Arrays.fill(password, ' ');
            }
        });
    }

    /** What the store's reader says of such a file is not so clear. */
    private static void requireReadable(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            in.read();
        }
    }

    private static char[] firstLine(String text) {
        return text.lines().findFirst().orElse("").toCharArray();
    }

    private static IllegalArgumentException wrongPassword(Exception e) {
        return new IllegalArgumentException("wrong password, which " + PASSWORD + " has to give", e);
    }

    private static ServerKey onlyKey(KeyStore store, char[] password) throws GeneralSecurityException {
        List<String> aliases = new ArrayList<>();
        for (String alias : Collections.list(store.aliases())) {
            if (store.entryInstanceOf(alias, KeyStore.PrivateKeyEntry.class)) {
                aliases.add(alias);
            }
        }
        if (aliases.size() != 1) {
            throw new IllegalArgumentException("one private key is needed in it, and there are " + aliases.size());
        }
        List<X509Certificate> chain = new ArrayList<>();
        for (Certificate certificate : store.getCertificateChain(aliases.get(0))) {
            chain.add((X509Certificate) certificate);
        }
        return new ServerKey((PrivateKey) store.getKey(aliases.get(0), password), chain);
    }

    /** Reads a certificate, with those that it was signed with behind it, and its key, all of them in PEM. */
    static ServerKey fromPem(Path certificateFile, Path keyFile) {
        List<X509Certificate> chain = certificates(CERTIFICATE, certificateFile);
        Path file = keyFile == null ? certificateFile : keyFile;
        return read(
                keyFile == null ? CERTIFICATE : KEY,
                file,
                () -> new ServerKey(
                        new Pem(TextFile.read(file))
                                .key(chain.get(0).getPublicKey().getAlgorithm()),
                        chain));
    }

    /** Reads at least one certificate in PEM. */
    static List<X509Certificate> certificates(String option, Path file) {
        return read(option, file, () -> {
            List<X509Certificate> found = new Pem(TextFile.read(file)).certificates();
            if (found.isEmpty()) {
                throw new IllegalArgumentException("no certificate in PEM in it");
            }
            return found;
        });
    }

    @FunctionalInterface
    private interface Reading<T> {
        T read() throws IOException;
    }

    private static <T> T read(String option, Path file, Reading<T> reading) {
        try {
            return reading.read();
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read " + option + " " + file + ": " + TextFile.reason(e), e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(option + " " + file + ": " + e.getMessage(), e);
        }
    }

    /** Tells whether everybody on this machine can read a file; {@code false} where that cannot be known. */
    static boolean isOpenToAll(Path file) {
        try {
            return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
