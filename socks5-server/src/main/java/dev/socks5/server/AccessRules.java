package dev.socks5.server;

import dev.socks5.codec.EndpointPattern;
import java.util.ArrayList;
import java.util.List;

/**
 * Judges requests by rules in order: the first rule that matches decides. {@link RequestPattern} describes how they are
 * written.
 *
 * <pre>{@code
 * AccessRules.builder()
 *         .deny("command=bind")
 *         .deny("10.0.0.5")
 *         .allow("10.0.0.0/8:443 user=alice")
 *         .allow("*.example.com")
 *         .build()
 * }</pre>
 *
 * <ul>
 *   <li>If there is an {@code allow}, a request that no rule matches is refused; else the server's defaults decide on
 *       it.
 *   <li>An {@code allow} that names the address lifts the server's defaults for it (no loopback or private addresses
 *       from a server that listens beyond loopback, no cloud metadata, and so on). An {@code allow} of names does not,
 *       because whoever runs a name's DNS could have it point anywhere; nor does an {@code allow} without a
 *       destination, such as {@code user=alice}.
 *   <li>A rule on addresses is applied once the address is known: for a name, when it has been looked up; for an
 *       association (UDP ASSOCIATE), for the destination of each datagram. A request that is refused whatever the
 *       address is, is refused before that.
 *   <li>Through an {@link Upstream}, or by a dialler ({@link Route#by}), names are not resolved, and rules on addresses
 *       never match them: an {@code allow} of addresses does not let them through, and a {@code deny} of addresses does
 *       not stop them. The upstream's own rules have to stop them; for a dialler, {@link Route#lookingUpNames} has the
 *       names looked up and judged here.
 * </ul>
 *
 * <p>Immutable, and safe for use by several threads.
 */
public final class AccessRules implements AccessRule {

    private record Rule(boolean allows, RequestPattern match, Verdict verdict) {
        static Rule allow(RequestPattern match) {
            return new Rule(true, match, Verdict.allow("allow " + match));
        }

        static Rule deny(RequestPattern match) {
            return new Rule(false, match, Verdict.deny("deny " + match));
        }

        RequestPattern.Answer test(AccessRequest request) {
            RequestPattern.Answer answer = match.test(request);
            // Anybody can have an ISATAP address with any IPv4 address inside: that is no reason to allow it.
            return allows || answer != RequestPattern.Answer.NO
                    ? answer
                    : request.insideIsatap().map(match::test).orElse(answer);
        }

        Verdict verdictOn(AccessRequest request) {
            // An allow that does not say which address leaves the address to the defaults.
            return allows && !match.namesAddress(request.resolved()) ? Verdict.undecided() : verdict;
        }

        @Override
        public String toString() {
            return verdict.reason();
        }
    }

    private static final Verdict NOT_LISTED = Verdict.deny("no rule allows it");

    private final List<Rule> rules;
    private final boolean denyOthers;

    private AccessRules(List<Rule> rules) {
        this.rules = List.copyOf(rules);
        this.denyOthers = rules.stream().anyMatch(Rule::allows);
    }

    /**
     * Creates a builder without rules.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public Verdict judge(AccessRequest request) {
        for (Rule rule : rules) {
            RequestPattern.Answer answer = rule.test(request);
            if (answer == RequestPattern.Answer.YES) {
                return rule.verdictOn(request);
            }
            if (answer == RequestPattern.Answer.LATER && rule.allows()) {
                return Verdict
                        .undecided(); // The address will tell. Of a deny that may match, see what else would deny.
            }
        }
        return denyOthers ? NOT_LISTED : Verdict.undecided();
    }

    /** Never blocks. */
    @Override
    public boolean mayBlock() {
        return false;
    }

    /** Lists the rules in order. */
    @Override
    public String toString() {
        return rules.toString();
    }

    /** Collects rules. Not safe for use by several threads. */
    public static final class Builder {

        private final List<Rule> rules = new ArrayList<>();

        private Builder() {}

        /**
         * Adds a rule that allows.
         *
         * @param match a text that {@link RequestPattern#parse(String)} reads
         * @return this builder
         * @throws IllegalArgumentException if it is something else
         */
        public Builder allow(String match) {
            return allow(RequestPattern.parse(match));
        }

        /**
         * Adds a rule that allows.
         *
         * @param destinations the destinations, for every user, client and command
         * @return this builder
         */
        public Builder allow(EndpointPattern destinations) {
            return allow(RequestPattern.any().destination(destinations));
        }

        /**
         * Adds a rule that allows.
         *
         * @param match the requests
         * @return this builder
         */
        public Builder allow(RequestPattern match) {
            rules.add(Rule.allow(match));
            return this;
        }

        /**
         * Adds a rule that refuses.
         *
         * @param match a text that {@link RequestPattern#parse(String)} reads
         * @return this builder
         * @throws IllegalArgumentException if it is something else
         */
        public Builder deny(String match) {
            return deny(RequestPattern.parse(match));
        }

        /**
         * Adds a rule that refuses.
         *
         * @param destinations the destinations, for every user, client and command
         * @return this builder
         */
        public Builder deny(EndpointPattern destinations) {
            return deny(RequestPattern.any().destination(destinations));
        }

        /**
         * Adds a rule that refuses.
         *
         * @param match the requests
         * @return this builder
         */
        public Builder deny(RequestPattern match) {
            rules.add(Rule.deny(match));
            return this;
        }

        /**
         * Builds the rules so far.
         *
         * @return an immutable rule
         */
        public AccessRules build() {
            return new AccessRules(rules);
        }
    }
}
