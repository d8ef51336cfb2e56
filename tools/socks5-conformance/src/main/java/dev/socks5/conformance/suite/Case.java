package dev.socks5.conformance.suite;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * One thing that has to hold, and how it is tried.
 *
 * @param id group and name, such as "negotiation/wrong-version"; unique within its side, never changed or used again
 * @param level how much is asked for
 * @param clause where that comes from
 * @param title what has to hold, in one sentence
 * @param sends what the suite sends: lines of hex with {@code {placeholders}} for what varies, or prose in parentheses
 * @param accepts what passes, all of it, and why
 * @param means what a failure means to users of the program
 * @param needs what has to be there, or the case is not tried
 * @param tags words to select by; {@link #ALONE} keeps other cases away meanwhile
 * @param script what happens
 * @param <T> what the script works with
 */
public record Case<T>(
        String id,
        Level level,
        Clause clause,
        String title,
        List<String> sends,
        String accepts,
        String means,
        Set<Feature> needs,
        Set<String> tags,
        Script<T> script) {

    /** The tag of a case that runs by itself, because it loads the machine or looks at the time. */
    public static final String ALONE = "alone";

    /** Copies the collections. */
    public Case {
        sends = List.copyOf(sends);
        needs = Set.copyOf(needs);
        tags = Set.copyOf(tags);
    }

    /** Returns the part of the id before the slash. */
    public String group() {
        return id.substring(0, id.indexOf('/'));
    }

    /** Begins the text of a case. */
    public static Draft of(String id, Level level, Clause clause) {
        return new Draft(id, level, clause);
    }

    /** The text of a case, while it is written. All of it is required, except features and tags. */
    public static final class Draft {
        private final String id;
        private final Level level;
        private final Clause clause;
        private String title = "";
        private List<String> sends = List.of();
        private String accepts = "";
        private String means = "";
        private final Set<Feature> needs = EnumSet.noneOf(Feature.class);
        private Set<String> tags = Set.of();

        private Draft(String id, Level level, Clause clause) {
            this.id = id;
            this.level = level;
            this.clause = clause;
        }

        /** Sets what has to hold, in one sentence. */
        public Draft title(String text) {
            title = text;
            return this;
        }

        /** Sets what the suite sends, line by line. */
        public Draft sends(String... lines) {
            sends = List.of(lines);
            return this;
        }

        /** Sets what passes, and why. */
        public Draft accepts(String text) {
            accepts = text;
            return this;
        }

        /** Sets what a failure means to users. */
        public Draft means(String text) {
            means = text;
            return this;
        }

        /** Sets what has to be there. */
        public Draft needs(Feature... features) {
            needs.addAll(Arrays.asList(features));
            return this;
        }

        /** Sets words to select by. */
        public Draft tags(String... words) {
            tags = Set.of(words);
            return this;
        }

        /**
         * Completes the case.
         *
         * @throws IllegalStateException if a text is missing
         */
        public <T> Case<T> script(Script<T> script) {
            if (title.isEmpty() || sends.isEmpty() || accepts.isEmpty() || means.isEmpty()) {
                throw new IllegalStateException(id + " lacks a text");
            }
            return new Case<>(id, level, clause, title, sends, accepts, means, needs, tags, script);
        }
    }
}
