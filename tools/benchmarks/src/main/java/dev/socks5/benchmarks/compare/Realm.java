package dev.socks5.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kerby.kerberos.kerb.KrbException;
import org.apache.kerby.kerberos.kerb.server.SimpleKdcServer;

/** A Kerberos realm with a user and a service, and a KDC in this process. */
final class Realm implements AutoCloseable {

    static final String USER = "alice@BENCHMARK.TEST";

    /** As clients name it. */
    static final String SERVICE = "rcmd@localhost";

    private static final String NAME = "BENCHMARK.TEST";
    private static final String SERVICE_PRINCIPAL = "rcmd/localhost@" + NAME;

    private final SimpleKdcServer kdc;
    private final Path folder;

    private Realm(SimpleKdcServer kdc, Path folder) {
        this.kdc = kdc;
        this.folder = folder;
    }

    /** Starts the KDC, and has this JVM's Kerberos use it. */
    static Realm start(Path folder) throws IOException {
        int port = Fleet.freePort();
        try {
            SimpleKdcServer kdc = new SimpleKdcServer();
            kdc.setWorkDir(folder.toFile());
            kdc.setKdcRealm(NAME);
            kdc.setKdcHost("127.0.0.1");
            kdc.setAllowUdp(false);
            kdc.setKdcTcpPort(port);
            kdc.init();
            Realm realm = new Realm(kdc, folder);
            kdc.start();
            realm.add(USER, realm.userKeytab());
            realm.add(SERVICE_PRINCIPAL, realm.serviceKeytab());
            Files.write(
                    realm.configuration(),
                    List.of(
                            "[libdefaults]",
                            "default_realm = " + NAME,
                            "dns_lookup_kdc = false",
                            "dns_canonicalize_hostname = false",
                            "rdns = false",
                            "udp_preference_limit = 1",
                            "[realms]",
                            NAME + " = {",
                            "kdc = 127.0.0.1:" + port,
                            "}",
                            "[domain_realm]",
                            "localhost = " + NAME));
            System.setProperty("java.security.krb5.conf", realm.configuration().toString());
            return realm;
        } catch (KrbException e) {
            throw new IOException("the KDC does not start", e);
        }
    }

    private void add(String principal, Path keytab) throws KrbException {
        kdc.createPrincipal(principal);
        kdc.exportPrincipal(principal, keytab.toFile());
    }

    Path configuration() {
        return folder.resolve("krb5.conf");
    }

    Path userKeytab() {
        return folder.resolve("user.keytab");
    }

    Path serviceKeytab() {
        return folder.resolve("service.keytab");
    }

    @Override
    public void close() throws IOException {
        try {
            kdc.stop();
        } catch (KrbException e) {
            throw new IOException("the KDC does not stop", e);
        }
    }
}
