package dev.socks5.interop;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * A program that somebody else wrote.
 *
 * @param name the command, or its path if it is not where commands are
 * @param debianPackage where Debian has it
 */
record Program(String name, String debianPackage) {

    static final Program CHROMEDRIVER = new Program("chromedriver", "chromium-driver");
    static final Program CHROMIUM = new Program("chromium", "chromium");
    static final Program CURL = new Program("curl", "curl");
    static final Program CURL_GSSAPI =
            new Program("/opt/socks5-interop/bin/curl-gssapi", "curl, by .ci/gssapi-programs");
    static final Program DANTED = new Program("danted", "dante-server");
    static final Program DANTED_GSSAPI = new Program("/opt/socks5-interop/sbin/sockd", "dante, by .ci/gssapi-programs");
    static final Program HAPROXY = new Program("haproxy", "haproxy");
    static final Program INITDB = new Program("initdb", "postgresql");
    static final Program KADMIN_LOCAL = new Program("kadmin.local", "krb5-admin-server");
    static final Program KDB5_UTIL = new Program("kdb5_util", "krb5-kdc");
    static final Program KINIT = new Program("kinit", "krb5-user");
    static final Program KRB5KDC = new Program("krb5kdc", "krb5-kdc");
    static final Program MARIADBD = new Program("mariadbd", "mariadb-server-core");
    static final Program MARIADB_INSTALL_DB = new Program("mariadb-install-db", "mariadb-server-core");
    static final Program MICROSOCKS = new Program("microsocks", "microsocks");
    static final Program MOSQUITTO = new Program("mosquitto", "mosquitto");
    static final Program MY_PRINT_DEFAULTS = new Program("my_print_defaults", "mariadb-client-core");
    static final Program NCAT = new Program("ncat", "ncat");
    static final Program NETCAT = new Program("nc.openbsd", "netcat-openbsd");
    static final Program NODE = new Program("node", "nodejs");
    static final Program OPENSSL = new Program("openssl", "openssl");
    static final Program PERL = new Program("perl", "perl-base");
    static final Program POSTGRES = new Program("postgres", "postgresql");
    static final Program PROXYCHAINS = new Program("proxychains4", "proxychains4");
    static final Program PSQL = new Program("psql", "postgresql-client");
    static final Program PYTHON = new Program("python3", "python3");
    static final Program SETPRIV = new Program("setpriv", "util-linux");
    static final Program REDIS = new Program("redis-server", "redis-server");
    static final Program SOCAT = new Program("socat", "socat");
    static final Program SOCKSIFY = new Program("socksify", "dante-client");
    static final Program SOCKSIFY_GSSAPI =
            new Program("/opt/socks5-interop/bin/socksify", "dante, by .ci/gssapi-programs");
    static final Program SSH = new Program("ssh", "openssh-client");
    static final Program SSH_KEYGEN = new Program("ssh-keygen", "openssh-client");
    static final Program SSHD = new Program("sshd", "openssh-server");
    static final Program SYSTEMD_ANALYZE = new Program("systemd-analyze", "systemd");
    static final Program STUNNEL = new Program("stunnel4", "stunnel4");
    static final Program TNFTP = new Program("tnftp", "tnftp");
    static final Program TOR = new Program("tor", "tor");
    static final Program TOR_RESOLVE = new Program("tor-resolve", "tor");
    static final Program UNSHARE = new Program("unshare", "util-linux");

    private static final boolean CI = "true".equals(System.getenv("CI"));
    private static final Set<String> REPORTED = ConcurrentHashMap.newKeySet();

    /**
     * Where it is. On a machine without it the test is skipped; where everything has to be there ({@code CI=true}), the
     * test fails.
     */
    String require() {
        return find().orElseGet(this::missing);
    }

    private Optional<String> find() {
        return Stream.concat(
                        Stream.of(System.getenv("PATH").split(File.pathSeparator))
                                .map(Path::of),
                        offPath())
                .map(folder -> folder.resolve(name))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }

    /**
     * Daemons live in sbin, which users seldom have on their PATH, and Debian has a folder for each version of
     * PostgreSQL.
     */
    private static Stream<Path> offPath() {
        File[] postgres = new File("/usr/lib/postgresql").listFiles();
        Stream<Path> versions = postgres == null
                ? Stream.of()
                : Stream.of(postgres).map(version -> version.toPath().resolve("bin"));
        return Stream.concat(Stream.of(Path.of("/usr/sbin")), versions);
    }

    /** Ends the test: skipped, or failed where everything has to be there. Never returns. */
    String missing() {
        return missing("%s is not installed (Debian package %s)".formatted(name, debianPackage));
    }

    /** The same for what is no program of Debian's. */
    static String missing(String message) {
        if (CI) {
            return fail(message);
        }
        if (REPORTED.add(message)) {
            System.out.println("Skipped: " + message);
        }
        return abort(message);
    }

    /** A command line that starts with this program. */
    List<String> with(String... arguments) {
        return Stream.concat(Stream.of(require()), Stream.of(arguments)).toList();
    }
}
