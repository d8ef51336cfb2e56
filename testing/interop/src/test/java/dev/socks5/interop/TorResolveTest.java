package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.server.AccessRules;
import dev.socks5.server.Resolver;
import dev.socks5.server.Socks5ServerBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tor's own program for look-ups, through our server. */
@Timeout(60)
class TorResolveTest {

    private static Run torResolve(UnaryOperator<Socks5ServerBuilder> settings, String... arguments) throws Exception {
        try (OurServer server = OurServer.with(builder -> settings.apply(builder.resolver(new LoopbackZone())))) {
            List<String> command = new ArrayList<>(Program.TOR_RESOLVE.with("-5"));
            command.addAll(List.of(arguments));
            command.add(server.hostAndPort());
            return Run.of(command);
        }
    }

    @Test
    void findsAddresses() throws Exception {
        assertThat(torResolve(Socks5ServerBuilder::torResolve, OurServer.NAME))
                .isEqualTo(new Run(0, "127.0.0.1\n", ""));
        assertThat(torResolve(Socks5ServerBuilder::torResolve, LoopbackZone.NAME6))
                .isEqualTo(new Run(0, "::1\n", ""));
    }

    @Test
    void findsNames() throws Exception {
        assertThat(torResolve(Socks5ServerBuilder::torResolve, "-x", "127.0.0.1"))
                .isEqualTo(new Run(0, OurServer.NAME + "\n", ""));
    }

    @Test
    void asksTheSystem() throws Exception {
        UnaryOperator<Socks5ServerBuilder> system =
                builder -> builder.torResolve().resolver(Resolver.system().cached());
        Run run = torResolve(system, "localhost");
        assertThat(run.status()).isZero();
        assertThat(run.output()).isIn("127.0.0.1\n", "::1\n");
        assertThat(torResolve(system, "-x", "127.0.0.1").status()).isZero();
    }

    @Test
    void saysThatTheNameIsUnknown() throws Exception {
        assertRefused(torResolve(Socks5ServerBuilder::torResolve, "nobody.test"), 4);
        assertRefused(torResolve(Socks5ServerBuilder::torResolve, "-x", "127.0.0.2"), 4);
    }

    @Test
    void saysThatTheRulesForbidIt() throws Exception {
        AccessRules rules = AccessRules.builder().deny("command=resolve").build();
        assertRefused(torResolve(builder -> builder.torResolve().accessRule(rules), OurServer.NAME), 2);
    }

    @Test
    void saysThatItIsSwitchedOff() throws Exception {
        assertRefused(torResolve(builder -> builder, OurServer.NAME), 7);
    }

    /** tor-resolve prints the reply's number. */
    private static void assertRefused(Run run, int code) {
        assertThat(run.status()).isNotZero();
        assertThat(run.output() + run.errors()).contains("SOCKS5 status response '" + code + "'");
    }
}
