package dev.socks5.server;

import dev.socks5.codec.EndpointPattern;
import java.util.ArrayList;
import java.util.List;

/**
 * Rules in order, of which the first that matches decides. {@link EndpointPattern} says how they are written.
 *
 * <pre>{@code
 * AccessRules.builder().deny("10.0.0.5").allow("10.0.0.0/8:443").allow("*.example.com").build()
 * }</pre>
 *
 * <ul>
 *   <li>If there is an {@code allow}, what no rule matches is refused; else the server's defaults decide on it.
 *   <li>An {@code allow} of addresses lifts the server's defaults (no loopback or private addresses from a server that
 *       listens beyond loopback, no cloud metadata, and so on); an {@code allow} of names does not, for who runs a name's
 *       DNS could have it point anywhere.
 *   <li>A rule on addresses can match a name only once that is resolved; a rule on names before it is judged first.
 *   <li>Through an {@link Upstream} names are not resolved, and rules on addresses never match them: an {@code allow} of
 *       addresses does not let them through, and a {@code deny} of addresses does not stop them. The upstream's own rules
 *       have to.
 * </ul>
 *
 * <p>Immutable, and safe for use by several threads.
 */
public final class AccessRules implements AccessRule {

    private record Rule(boolean allows, EndpointPattern pattern, Verdict verdict) {
        static Rule allow(EndpointPattern pattern) {
            // Of names it leaves the address to the defaults.
            return new Rule(
                    true, pattern, pattern.ofAddresses() ? Verdict.allow("allow " + pattern) : Verdict.undecided());
        }

        static Rule deny(EndpointPattern pattern) {
            return new Rule(false, pattern, Verdict.deny("deny " + pattern));
        }

        boolean matches(AccessRequest request) {
            return pattern.test(request.destination())
                    || (request.resolved() != null && pattern.test(request.resolved()));
        }

        @Override
        public String toString() {
            return (allows ? "allow " : "deny ") + pattern;
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
     * A builder without rules.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public Verdict judge(AccessRequest request) {
        for (Rule rule : rules) {
            if (rule.pattern().ofAddresses() && request.resolved() == null) {
                return Verdict.undecided(); // This rule may match, or not: the address will tell.
            }
            if (rule.matches(request)) {
                return rule.verdict();
            }
        }
        return denyOthers ? NOT_LISTED : Verdict.undecided();
    }

    /** Never blocks. */
    @Override
    public boolean mayBlock() {
        return false;
    }

    /** The rules, in order. */
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
         * @param pattern what {@link EndpointPattern#parse(String)} reads
         * @return this builder
         * @throws IllegalArgumentException if it is no pattern
         */
        public Builder allow(String pattern) {
            return allow(EndpointPattern.parse(pattern));
        }

        /**
         * Adds a rule that allows.
         *
         * @param pattern the destinations
         * @return this builder
         */
        public Builder allow(EndpointPattern pattern) {
            rules.add(Rule.allow(pattern));
            return this;
        }

        /**
         * Adds a rule that refuses.
         *
         * @param pattern what {@link EndpointPattern#parse(String)} reads
         * @return this builder
         * @throws IllegalArgumentException if it is no pattern
         */
        public Builder deny(String pattern) {
            return deny(EndpointPattern.parse(pattern));
        }

        /**
         * Adds a rule that refuses.
         *
         * @param pattern the destinations
         * @return this builder
         */
        public Builder deny(EndpointPattern pattern) {
            rules.add(Rule.deny(pattern));
            return this;
        }

        /**
         * The rules so far.
         *
         * @return an immutable rule
         */
        public AccessRules build() {
            return new AccessRules(rules);
        }
    }
}
