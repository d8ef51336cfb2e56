package dev.socks5.proxy;

import dev.socks5.proxy.input.GivenFile;
import dev.socks5.proxy.reload.Rule;
import dev.socks5.server.RequestPattern;
import dev.socks5.server.Socks5ServerBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** What clients may do. */
final class RuleOptions {

    @ArgGroup(multiplicity = "0..*")
    private List<Given> rules = new ArrayList<>();

    /** One of {@code --allow} and {@code --deny}: a group, so that their order is kept. */
    private static final class Given {
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

        private Rule rule() {
            return allow != null ? new Rule(true, allow) : new Rule(false, deny);
        }
    }

    @Option(
            names = "--rules-file",
            paramLabel = "FILE",
            description = "More rules, behind those of --allow and --deny: allow RULE or deny RULE on each line, in"
                    + " UTF-8; # starts a comment line. Read again when it changes.")
    private Path rulesFile;

    @Option(names = "--tor-resolve", description = "Answer Tor's RESOLVE and RESOLVE_PTR, as tor-resolve sends them.")
    private boolean torResolve;

    void configure(Socks5ServerBuilder builder) {
        if (torResolve) {
            builder.torResolve();
        }
    }

    Optional<GivenFile> file() {
        return Optional.ofNullable(rulesFile).map(path -> new GivenFile("--rules-file", path));
    }

    /** Puts those of the file behind those of the options. */
    List<Rule> with(List<Rule> fromFile) {
        return Stream.concat(rules.stream().map(Given::rule), fromFile.stream()).toList();
    }
}
