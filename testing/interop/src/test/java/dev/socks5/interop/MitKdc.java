package dev.socks5.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The KDC of MIT Kerberos on loopback, with a realm in a temporary folder: a user and the services of a proxy. */
final class MitKdc implements AutoCloseable {

    static final String REALM = "MIT.TEST";
    static final String USER = "alice@" + REALM;

    /** Services on localhost: the RFC's, and the one that Dante and curl have for a default. */
    static final List<String> SERVICES = List.of("socks", "rcmd");

    private static final String MASTER_PASSWORD = "of no use to anybody";

    private final Path folder;
    private final Daemon daemon;

    private MitKdc(Path folder, Daemon daemon) {
        this.folder = folder;
        this.daemon = daemon;
    }

    /** Starts it, with all that the folder is to have. */
    static MitKdc start() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("kdc");
        try {
            Daemon daemon = Daemon.start(port -> configured(folder, port));
            MitKdc kdc = new MitKdc(folder, daemon);
            kdc.logIn();
            return kdc;
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            remove(folder);
            throw e;
        }
    }

    private static List<String> configured(Path folder, int port) throws IOException {
        Krb5Conf.use(folder.resolve("krb5.conf"), REALM, port);
        Files.writeString(folder.resolve("kdc.conf"), """
                [kdcdefaults]
                    kdc_listen = 127.0.0.1:%1$d
                    kdc_tcp_listen = 127.0.0.1:%1$d
                [realms]
                    %2$s = {
                        database_name = %3$s/principal
                        key_stash_file = %3$s/stash
                        acl_file = %3$s/acl
                    }
                [logging]
                    kdc = FILE:%3$s/kdc.log
                    admin_server = FILE:%3$s/kadmin.log
                """.formatted(port, REALM, folder));
        if (!Files.exists(keytab(folder, "service"))) {
            fill(folder);
        }
        return command(folder, Program.KRB5KDC.with("-n", "-r", REALM));
    }

    private static void fill(Path folder) throws IOException {
        run(folder, Program.KDB5_UTIL.with("-r", REALM, "create", "-s", "-P", MASTER_PASSWORD));
        add(folder, "user", USER);
        for (String service : SERVICES) {
            add(folder, "service", service + "/localhost@" + REALM);
        }
        add(folder, "stranger", "http/localhost@" + REALM);
    }

    /** A principal, its key in a keytab. */
    private static void add(Path folder, String keytab, String principal) throws IOException {
        run(folder, kadmin("addprinc", "-randkey", principal));
        run(folder, kadmin("ktadd", "-k", keytab(folder, keytab).toString(), principal));
    }

    private static List<String> kadmin(String... query) {
        List<String> command = new ArrayList<>(Program.KADMIN_LOCAL.with("-r", REALM));
        command.addAll(Arrays.asList(query));
        return command;
    }

    private void logIn() throws IOException {
        run(folder, Program.KINIT.with("-k", "-t", userKeytab().toString(), USER));
    }

    private static void run(Path folder, List<String> command) throws IOException {
        try {
            Run run = Run.of(command(folder, command));
            if (run.status() != 0) {
                throw new AssertionError(command + ": " + run);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static Path keytab(Path folder, String name) {
        return folder.resolve(name + ".keytab");
    }

    Path userKeytab() {
        return keytab(folder, "user");
    }

    /** Where kinit has left the user's ticket. */
    Path ticketCache() {
        return folder.resolve("cache");
    }

    /** What Kerberos has to be told of all this. */
    Path configuration() {
        return folder.resolve("krb5.conf");
    }

    /** With the keys of all services. */
    Path serviceKeytab() {
        return keytab(folder, "service");
    }

    /** With the key of a service that is no proxy. */
    Path strangersKeytab() {
        return keytab(folder, "stranger");
    }

    /** A program as the user, who has logged in, in this realm. */
    List<String> command(List<String> command) {
        return command(folder, command);
    }

    /** The same without a login. */
    List<String> commandOfNobody(List<String> command) {
        return environment(folder, "no-cache", command);
    }

    private static List<String> command(Path folder, List<String> command) {
        return environment(folder, "cache", command);
    }

    private static List<String> environment(Path folder, String cache, List<String> command) {
        Stream<String> environment = Stream.of(
                "/usr/bin/env",
                "KRB5_CONFIG=" + folder.resolve("krb5.conf"),
                "KRB5_KDC_PROFILE=" + folder.resolve("kdc.conf"),
                "KRB5CCNAME=FILE:" + folder.resolve(cache),
                "KRB5_KTNAME=FILE:" + keytab(folder, "service"),
                "KRB5RCACHENAME=dfl:",
                "KRB5RCACHEDIR=" + folder);
        return Stream.concat(environment, command.stream()).toList();
    }

    /** Ends one that may not have been started. */
    static void stop(@Nullable MitKdc kdc) throws IOException {
        if (kdc != null) {
            kdc.close();
        }
    }

    @Override
    public void close() throws IOException {
        daemon.close();
        remove(folder);
    }

    private static void remove(Path folder) throws IOException {
        Krb5Conf.forget();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(folder);
    }
}
