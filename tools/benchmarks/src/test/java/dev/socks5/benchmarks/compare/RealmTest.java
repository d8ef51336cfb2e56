package dev.socks5.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.GssapiMessage;
import dev.socks5.codec.GssapiNegotiation;
import dev.socks5.gssapi.GssapiAcceptor;
import dev.socks5.gssapi.GssapiInitiator;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RealmTest {

    @Test
    void theUserAndTheServiceCanTalkToEachOther(@TempDir Path folder) throws Exception {
        try (Realm realm = Realm.start(folder);
                GssapiNegotiation user = GssapiInitiator.builder()
                        .keytab(Realm.USER, realm.userKeytab())
                        .service(Realm.SERVICE)
                        .build()
                        .apply(Endpoint.of("127.0.0.1", 1080), Command.CONNECT);
                GssapiNegotiation service = GssapiAcceptor.builder()
                        .keytab(realm.serviceKeytab())
                        .build()
                        .get()) {
            List<GssapiMessage> answer = service.answer(user.begin().get(0));
            assertThat(user.answer(answer.get(0))).hasSize(1);
            assertThat(service.peerName()).isEqualTo(Realm.USER);
        } finally {
            System.clearProperty("java.security.krb5.conf");
        }
    }
}
