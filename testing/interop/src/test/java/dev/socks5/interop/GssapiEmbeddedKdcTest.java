package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.ProtectionLevel;
import dev.socks5.gssapi.GssapiAcceptor;
import dev.socks5.gssapi.GssapiInitiator;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;

/** Our client through our server, at every level, with keys of a KDC in this JVM. */
class GssapiEmbeddedKdcTest {

    private static EmbeddedKdc kdc;
    private static OurServer server;

    @BeforeAll
    static void start() throws Exception {
        kdc = EmbeddedKdc.start();
        GssapiAcceptor acceptor = GssapiAcceptor.builder()
                .keytab(kdc.serviceKeytab())
                .acceptLevelInClear()
                .build();
        server = OurServer.with(settings -> settings.gssapi(acceptor));
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
        if (kdc != null) {
            kdc.close();
        }
    }

    abstract static class AtLevel implements GssapiMatrix {

        private final ProtectionLevel level;

        AtLevel(ProtectionLevel level) {
            this.level = level;
        }

        @Override
        public ProtectionLevel level() {
            return level;
        }

        @Override
        public GssapiInitiator.Builder initiator() {
            return GssapiInitiator.builder().service("socks@localhost").keytab(EmbeddedKdc.USER, kdc.userKeytab());
        }

        @Override
        public InetSocketAddress proxy() {
            return server.address();
        }

        @Override
        public int mebibytes() {
            return 64;
        }

        @AfterEach
        void everyRequestWasAlices() {
            assertThat(server.users()).allMatch(EmbeddedKdc.USER::equals);
        }
    }

    @Nested
    class NoProtection extends AtLevel {
        NoProtection() {
            super(ProtectionLevel.NONE);
        }
    }

    @Nested
    class Integrity extends AtLevel {
        Integrity() {
            super(ProtectionLevel.INTEGRITY);
        }
    }

    @Nested
    class Confidentiality extends AtLevel {
        Confidentiality() {
            super(ProtectionLevel.CONFIDENTIALITY);
        }
    }

    @Nested
    class Selective extends AtLevel {
        Selective() {
            super(ProtectionLevel.SELECTIVE);
        }
    }

    @Nested
    class WithTheLevelInClear extends AtLevel {

        WithTheLevelInClear() {
            super(ProtectionLevel.CONFIDENTIALITY);
        }

        @Override
        public GssapiInitiator.Builder initiator() {
            return super.initiator().levelInClear();
        }

        @Override
        public int mebibytes() {
            return 4;
        }
    }
}
