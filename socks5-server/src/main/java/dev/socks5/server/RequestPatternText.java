package dev.socks5.server;

import dev.socks5.codec.Command;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.EndpointPattern;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the text form of {@link RequestPattern}: conditions with blanks between them, each {@code KEY=VALUE}
 * or a destination.
 */
final class RequestPatternText {

    private static final String USER = "user";
    private static final String CLIENT = "client";
    private static final String COMMAND = "command";
    private static final String LOCAL = "unix";
    private static final String LOCAL_USER = LOCAL + ":";

    private static final Map<String, Command> COMMANDS = Map.of(
            "connect", Command.CONNECT,
            "bind", Command.BIND,
            "udp-associate", Command.UDP_ASSOCIATE,
            "resolve", Command.RESOLVE,
            "resolve-ptr", Command.RESOLVE_PTR);

    private static final String PLAIN = "[^\\s\"\\\\]++";
    private static final String QUOTED = "\"(?:[^\"\\\\]|\\\\[\"\\\\])*+\"";
    private static final Pattern CONDITION =
            Pattern.compile("\\s*+(?:(?<key>[^\\s\"=]++)=)?(?<value>%s|%s)(?:\\s++|\\z)".formatted(PLAIN, QUOTED));
    private static final Pattern NOTHING_BEHIND = Pattern.compile("(?:%s|%s|%s)=".formatted(USER, CLIENT, COMMAND));
    private static final Pattern OCTET = Pattern.compile("0x[0-9a-f]{2}");

    private RequestPatternText() {}

    /**
     * Clients that a rule is about: those with certain addresses, or those of this host that come through a Unix domain
     * socket.
     *
     * @param addresses {@code null} for local clients
     * @param user the user of local clients; {@code null} for any
     */
    record Clients(
            @Nullable EndpointPattern addresses, @Nullable String user) {

        boolean test(Endpoint client) {
            return addresses != null && addresses.testAsWritten(client);
        }

        boolean test(ClientAddress.Unix client) {
            return addresses == null && (user == null || user.equals(client.user()));
        }

        @Override
        public String toString() {
            if (addresses != null) {
                return addresses.toString();
            }
            return user == null ? LOCAL : LOCAL_USER + user;
        }
    }

    static RequestPattern parse(String text) {
        Matcher condition = CONDITION.matcher(text);
        RequestPattern match = RequestPattern.any();
        do {
            if (!condition.lookingAt()) {
                throw new IllegalArgumentException("a rule is made of destinations, user=NAME, client=ADDRESS and"
                        + " command=COMMAND, with blanks between them: " + text);
            }
            match = add(match, condition.group("key"), unquoted(condition.group("value")));
            condition.region(condition.end(), text.length());
        } while (condition.regionStart() < text.length());
        return match;
    }

    private static RequestPattern add(RequestPattern match, @Nullable String key, String value) {
        if (key == null) {
            if (NOTHING_BEHIND.matcher(value).matches()) {
                throw new IllegalArgumentException("something has to stand behind " + value);
            }
            return match.destination(value);
        }
        return switch (key) {
            case USER -> match.user(value);
            case CLIENT -> match.client(value);
            case COMMAND -> match.command(parseCommand(value));
            default -> throw new IllegalArgumentException("user=, client= or command= expected, not " + key + "=");
        };
    }

    private static Command parseCommand(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        Command named = COMMANDS.get(lower);
        if (named != null) {
            return named;
        }
        if (!OCTET.matcher(lower).matches()) {
            throw new IllegalArgumentException(
                    "a command is connect, bind, udp-associate, resolve, resolve-ptr or an octet as 0x42, not " + text);
        }
        return Command.of(Integer.decode(lower));
    }

    private static String unquoted(String value) {
        return value.startsWith("\"") ? value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1") : value;
    }

    /** Reads {@code unix} or {@code unix:NAME}; empty for anything else. */
    static Optional<Clients> localClients(String text) {
        if (text.equals(LOCAL)) {
            return Optional.of(new Clients(null, null));
        }
        if (text.equals(LOCAL_USER)) {
            throw new IllegalArgumentException("something has to stand behind " + text);
        }
        return text.startsWith(LOCAL_USER)
                ? Optional.of(new Clients(null, userName(text.substring(LOCAL_USER.length()))))
                : Optional.empty();
    }

    /** Checks the name of a user in a rule. */
    static String userName(String name) {
        if (name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("a user name in a rule has no control characters");
        }
        return name;
    }

    static String user(String name) {
        return USER + "=" + quoted(name);
    }

    static String clients(Clients clients) {
        return CLIENT + "=" + quoted(clients.toString());
    }

    private static String quoted(String value) {
        return value.matches(PLAIN) ? value : '"' + value.replaceAll("[\"\\\\]", "\\\\$0") + '"';
    }

    static String command(Command command) {
        String name = COMMANDS.entrySet().stream()
                .filter(named -> named.getValue().equals(command))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseGet(() -> "0x%02x".formatted(command.code()));
        return COMMAND + "=" + name;
    }
}
