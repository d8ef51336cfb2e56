package dev.socks5.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How programs and this JVM find a realm: of loopback, with one KDC, and without look-ups. The JVM knows one file at a
 * time, and reads it anew with each login, so no two realms should be used at once.
 */
final class Krb5Conf {

    private static final String PROPERTY = "java.security.krb5.conf";

    private Krb5Conf() {}

    /** Writes it, and tells this JVM. */
    static Path use(Path file, String realm, int port) throws IOException {
        Files.writeString(file, """
                [libdefaults]
                    default_realm = %1$s
                    dns_lookup_kdc = false
                    dns_lookup_realm = false
                    dns_canonicalize_hostname = false
                    rdns = false
                    udp_preference_limit = 1
                    forwardable = true
                [realms]
                    %1$s = {
                        kdc = 127.0.0.1:%2$d
                    }
                [domain_realm]
                    localhost = %1$s
                    127.0.0.1 = %1$s
                """.formatted(realm, port));
        System.setProperty(PROPERTY, file.toString());
        return file;
    }

    /** Lets this JVM forget it. */
    static void forget() {
        System.clearProperty(PROPERTY);
    }
}
