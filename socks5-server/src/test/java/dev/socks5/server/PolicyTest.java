package dev.socks5.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.PasswordRequest;
import java.net.*;
import java.security.Principal;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One class of an application can take all decisions, and import all of {@code java.net} beside the server's types. */
@Timeout(60)
class PolicyTest {

    private static final String LOGIN = "01 01 61 01 62";

    private static final class Everything implements PasswordAuthenticator, AccessRule, Connector {
        private final boolean blocks;

        private Everything(boolean blocks) {
            this.blocks = blocks;
        }

        @Override
        public Optional<? extends Principal> authenticate(PasswordRequest login, ClientAddress client) {
            return Optional.of(new User(Thread.currentThread().getName()));
        }

        @Override
        public Verdict judge(AccessRequest request) {
            return Verdict.deny(String.valueOf(request.user()));
        }

        @Override
        public Route route(AccessRequest request) {
            return Route.direct();
        }

        @Override
        public boolean mayBlock() {
            return blocks;
        }
    }

    private static String threadOfTheLogin(Everything policy) throws Exception {
        Recorder events = new Recorder();
        try (Socks5Server server = Socks5Server.builder()
                        .listen("127.0.0.1", 0)
                        .authenticator(policy)
                        .accessRule(policy)
                        .connector(policy)
                        .listener(events)
                        .start();
                RawClient client = new RawClient(server)) {
            client.send(RawClient.LOGIN_GREETING)
                    .expect(RawClient.LOGIN_SELECTED)
                    .send(LOGIN)
                    .expect("01 00");
            client.send(RawClient.connect("127.0.0.1", 9)).expectFailure(0x02);
            return events.until("requestFailed").toString();
        }
    }

    @Test
    void oneObjectDecidesEverythingOnTheThreadThatItAsksFor() throws Exception {
        assertThat(threadOfTheLogin(new Everything(false))).contains("socks5-loop");
        assertThat(threadOfTheLogin(new Everything(true))).doesNotContain("socks5-loop");
    }

    /** A single-type import would hide a clash; this file has none of {@code java.net}. */
    @Test
    void theJdksAuthenticatorIsAnother() {
        assertThat(Authenticator.class.getPackageName()).isEqualTo("java.net");
    }
}
