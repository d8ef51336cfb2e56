package dev.socks5.proxy.reload;

import dev.socks5.proxy.users.Password;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Counts what differs between two states. Names nobody, and has no secrets. */
final class Changes {

    private Changes() {}

    /** Says it as in "2 users added, 1 removed, 1 password changed; 3 rules added"; empty if nothing differs. */
    static String between(UsersAndRules before, UsersAndRules now) {
        List<String> parts = new ArrayList<>();
        addUsers(before.users(), now.users(), parts);
        addRules(before.rules(), now.rules(), parts);
        return String.join("; ", parts);
    }

    private static void addUsers(Map<String, Password> before, Map<String, Password> now, List<String> parts) {
        long added =
                now.keySet().stream().filter(name -> !before.containsKey(name)).count();
        long removed =
                before.keySet().stream().filter(name -> !now.containsKey(name)).count();
        long changed = now.entrySet().stream()
                .filter(user -> before.containsKey(user.getKey()))
                .filter(user -> !before.get(user.getKey()).equals(user.getValue()))
                .count();
        List<String> counts = counts("user", added, removed);
        if (changed > 0) {
            counts.add(count(changed, "password") + " changed");
        }
        addTo(parts, counts);
    }

    private static void addRules(List<Rule> before, List<Rule> now, List<String> parts) {
        List<String> counts = counts("rule", without(now, before), without(before, now));
        if (counts.isEmpty() && !before.equals(now)) {
            counts.add("the order of rules changed");
        }
        addTo(parts, counts);
    }

    /** How many of the rules are not among the others. A rule may stand there twice. */
    private static long without(List<Rule> rules, List<Rule> others) {
        Map<Rule, Integer> left = new HashMap<>();
        others.forEach(rule -> left.merge(rule, 1, Integer::sum));
        return rules.stream()
                .filter(rule -> left.merge(rule, -1, Integer::sum) < 0)
                .count();
    }

    private static List<String> counts(String noun, long added, long removed) {
        List<String> counts = new ArrayList<>();
        if (added > 0) {
            counts.add(count(added, noun) + " added");
        }
        if (removed > 0) {
            counts.add((added > 0 ? Long.toString(removed) : count(removed, noun)) + " removed");
        }
        return counts;
    }

    private static void addTo(List<String> parts, List<String> counts) {
        if (!counts.isEmpty()) {
            parts.add(String.join(", ", counts));
        }
    }

    static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
