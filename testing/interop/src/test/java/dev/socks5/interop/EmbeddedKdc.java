package dev.socks5.interop;

import dev.socks5.testing.Ports;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.apache.kerby.kerberos.kerb.KrbException;
import org.apache.kerby.kerberos.kerb.server.SimpleKdcServer;

/** Apache Kerby's KDC in this JVM: a realm with two users and the services of two proxies, all on localhost. */
final class EmbeddedKdc implements AutoCloseable {

    static final String REALM = "EMBEDDED.TEST";
    static final String USER = "alice@" + REALM;
    static final String OTHER_USER = "bob@" + REALM;

    private static final int ATTEMPTS = 3;

    private final Path folder;
    private final SimpleKdcServer server;

    private EmbeddedKdc(Path folder, SimpleKdcServer server) {
        this.folder = folder;
        this.server = server;
    }

    static EmbeddedKdc start() throws IOException, KrbException {
        Path folder = Files.createTempDirectory("kdc");
        EmbeddedKdc kdc = new EmbeddedKdc(folder, started(folder));
        kdc.add("user", USER);
        kdc.add("other-user", OTHER_USER);
        kdc.add("service", "socks/localhost@" + REALM);
        kdc.add("other-service", "other/localhost@" + REALM);
        return kdc;
    }

    private static SimpleKdcServer started(Path folder) throws IOException, KrbException {
        for (int attempt = 1; ; attempt++) {
            int port = Ports.free();
            SimpleKdcServer server = new SimpleKdcServer();
            server.setWorkDir(folder.toFile());
            server.setKdcHost("127.0.0.1");
            server.setKdcRealm(REALM);
            server.setAllowUdp(false);
            server.setKdcTcpPort(port);
            server.init();
            try {
                server.start();
                // In place of the one that Kerby writes.
                Krb5Conf.use(folder.resolve("krb5.conf"), REALM, port);
                return server;
            } catch (KrbException e) {
                // Somebody may have taken the free port since.
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** A principal, its key in a keytab of its own. */
    private void add(String keytab, String principal) throws KrbException {
        server.createPrincipal(principal);
        server.exportPrincipal(principal, keytab(keytab).toFile());
    }

    private Path keytab(String name) {
        return folder.resolve(name + ".keytab");
    }

    Path userKeytab() {
        return keytab("user");
    }

    Path otherUserKeytab() {
        return keytab("other-user");
    }

    /** With the key of {@code socks@localhost}. */
    Path serviceKeytab() {
        return keytab("service");
    }

    /** With the key of {@code other@localhost}. */
    Path otherServiceKeytab() {
        return keytab("other-service");
    }

    /** A file that is not there. */
    Path missingKeytab() {
        return keytab("missing");
    }

    @Override
    public void close() throws IOException, KrbException {
        server.stop();
        Krb5Conf.forget();
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        }
    }
}
