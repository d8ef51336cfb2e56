package dev.socks5.proxy.reload;

import dev.socks5.proxy.users.Password;
import dev.socks5.server.AccessRules;
import java.util.List;
import java.util.Map;

/**
 * What may change while the server runs: it is taken up as a whole or not at all.
 *
 * @param users passwords by user name; empty if there is no such login
 * @param rules in the order in which they are tried
 */
public record UsersAndRules(Map<String, Password> users, List<Rule> rules) {

    /** Returns the rules as the server takes them. */
    public AccessRules accessRules() {
        AccessRules.Builder builder = AccessRules.builder();
        rules.forEach(rule -> rule.addTo(builder));
        return builder.build();
    }

    /** Says how many there are: passwords must not show. */
    @Override
    public String toString() {
        return users.size() + " users, " + rules.size() + " rules";
    }
}
