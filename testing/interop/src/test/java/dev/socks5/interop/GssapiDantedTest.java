package dev.socks5.interop;

import dev.socks5.codec.ProtectionLevel;
import dev.socks5.gssapi.GssapiInitiator;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** Our client through Dante, with tickets of MIT Kerberos, at every level that Dante knows. */
class GssapiDantedTest {

    @TempDir
    static Path folder;

    private static MitKdc kdc;

    @BeforeAll
    static void start() throws Exception {
        kdc = MitKdc.start();
    }

    @AfterAll
    static void stop() throws Exception {
        MitKdc.stop(kdc);
    }

    abstract static class AtLevel implements GssapiMatrix {

        private final String name;
        private final ProtectionLevel level;
        private Daemon danted;

        AtLevel(String name, ProtectionLevel level) {
            this.name = name;
            this.level = level;
        }

        /** It takes no other level. */
        @BeforeAll
        void start() throws Exception {
            danted = Daemon.start(port -> kdc.command(
                    Program.DANTED_GSSAPI.with("-f", configuration(port, name).toString(), "-N", "1")));
        }

        @AfterAll
        void stop() throws Exception {
            Daemon.stop(danted);
        }

        @Override
        public ProtectionLevel level() {
            return level;
        }

        @Override
        public GssapiInitiator.Builder initiator() {
            return GssapiInitiator.builder().service("rcmd@localhost").keytab(MitKdc.USER, kdc.userKeytab());
        }

        @Override
        public InetSocketAddress proxy() {
            return danted.address();
        }

        @Override
        public int mebibytes() {
            return 8;
        }
    }

    @Nested
    class Clear extends AtLevel {
        Clear() {
            super("clear", ProtectionLevel.NONE);
        }
    }

    @Nested
    class Integrity extends AtLevel {
        Integrity() {
            super("integrity", ProtectionLevel.INTEGRITY);
        }
    }

    @Nested
    class Confidentiality extends AtLevel {
        Confidentiality() {
            super("confidentiality", ProtectionLevel.CONFIDENTIALITY);
        }
    }

    @Nested
    class WithTheLevelInClear extends AtLevel {

        WithTheLevelInClear() {
            super("confidentiality", ProtectionLevel.CONFIDENTIALITY);
        }

        @Override
        public GssapiInitiator.Builder initiator() {
            return super.initiator().levelInClear();
        }
    }

    /** What says how GSSAPI is done stands with the rules for clients: those for requests come too late. */
    private static Path configuration(int port, String level) throws IOException {
        String user = System.getProperty("user.name");
        String loopback = NetworkInterface.getByInetAddress(Loopback.V4).getName();
        return Files.writeString(
                folder.resolve("danted.conf"), """
                logoutput: stderr
                internal: 127.0.0.1 port = %d
                external: %s
                clientmethod: none
                socksmethod: gssapi
                user.privileged: %s
                user.unprivileged: %s
                client pass {
                    from: 0/0 to: 0/0
                    gssapi.servicename: rcmd
                    gssapi.keytab: FILE:%s
                    gssapi.enctype: %s
                    clientcompatibility: necgssapi
                }
                socks pass { from: 0/0 to: 0/0 }
                """.formatted(port, loopback, user, user, kdc.serviceKeytab(), level));
    }
}
