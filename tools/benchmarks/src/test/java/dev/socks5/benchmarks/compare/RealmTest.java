package dev.socks5.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.ClientNegotiation;
import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.ServerNegotiation;
import dev.socks5.codec.Turn;
import dev.socks5.gssapi.GssapiAcceptor;
import dev.socks5.gssapi.GssapiInitiator;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RealmTest {

    @Test
    void theUserAndTheServiceCanTalkToEachOther(@TempDir Path folder) throws Exception {
        try (Realm realm = Realm.start(folder);
                ClientNegotiation user = GssapiInitiator.builder()
                        .keytab(Realm.USER, realm.userKeytab())
                        .service(Realm.SERVICE)
                        .build()
                        .begin(Endpoint.of("127.0.0.1", 1080), Command.CONNECT, Endpoint.of("a.b", 80));
                ServerNegotiation service = GssapiAcceptor.builder()
                        .keytab(realm.serviceKeytab())
                        .build()
                        .get()) {
            while (user.turn() != Turn.DONE) {
                ByteBuffer said = user.send();
                while (said.hasRemaining()) {
                    service.receive(said);
                }
                user.receive(service.send());
            }
            assertThat(service.principal()).get().hasToString(Realm.USER);
        } finally {
            System.clearProperty("java.security.krb5.conf");
        }
    }
}
