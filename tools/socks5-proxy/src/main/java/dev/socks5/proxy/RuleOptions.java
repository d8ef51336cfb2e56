package dev.socks5.proxy;

import dev.socks5.server.AccessRules;
import dev.socks5.server.RequestPattern;
import dev.socks5.server.Socks5ServerBuilder;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** What clients may do. */
final class RuleOptions {

    @ArgGroup(multiplicity = "0..*")
    private List<Rule> rules = new ArrayList<>();

    /** One of {@code --allow} and {@code --deny}: a group, so that their order is kept. */
    private static final class Rule {
        @Option(
                names = "--allow",
                required = true,
                paramLabel = "RULE",
                description = {
                    "Let clients do that; repeatable. The first --allow or --deny that matches decides;"
                            + " with any --allow, what none matches is refused.",
                    "RULE: destinations (10.0.0.0/8, [::1], a host name, *.suffix or *, and optionally :PORT or"
                            + " :FROM-TO), user=NAME, client=CIDR, command=connect|bind|udp-associate|...; several in"
                            + " one argument, with blanks between them, have to hold together."
                })
        private RequestPattern allow;

        @Option(
                names = "--deny",
                required = true,
                paramLabel = "RULE",
                description = "Do not let clients do that; repeatable.")
        private RequestPattern deny;

        private void addTo(AccessRules.Builder rules) {
            if (allow != null) {
                rules.allow(allow);
            } else {
                rules.deny(deny);
            }
        }
    }

    @Option(names = "--tor-resolve", description = "Answer Tor's RESOLVE and RESOLVE_PTR, as tor-resolve sends them.")
    private boolean torResolve;

    void configure(Socks5ServerBuilder builder) {
        AccessRules.Builder accessRules = AccessRules.builder();
        rules.forEach(rule -> rule.addTo(accessRules));
        builder.accessRule(accessRules.build());
        if (torResolve) {
            builder.torResolve();
        }
    }
}
