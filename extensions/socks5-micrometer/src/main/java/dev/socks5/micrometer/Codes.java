package dev.socks5.micrometer;

import dev.socks5.codec.Command;
import dev.socks5.codec.ReplyCode;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Turns codes of the protocol into values of tags. Each code that is known has a value of its own; all others share
 * one, because a peer may send any of them.
 */
final class Codes {

    /** The value for everything that is not known. */
    static final String OTHER = "other";

    /** The value where there is nothing to tell. */
    static final String NONE = "none";

    private static final Map<Command, String> COMMANDS = Map.of(
            Command.CONNECT, "connect",
            Command.BIND, "bind",
            Command.UDP_ASSOCIATE, "udp-associate",
            Command.RESOLVE, "resolve",
            Command.RESOLVE_PTR, "resolve-ptr");

    private static final Map<ReplyCode, String> REPLIES = Map.ofEntries(
            Map.entry(ReplyCode.GENERAL_FAILURE, "general-failure"),
            Map.entry(ReplyCode.NOT_ALLOWED, "not-allowed"),
            Map.entry(ReplyCode.NETWORK_UNREACHABLE, "network-unreachable"),
            Map.entry(ReplyCode.HOST_UNREACHABLE, "host-unreachable"),
            Map.entry(ReplyCode.CONNECTION_REFUSED, "connection-refused"),
            Map.entry(ReplyCode.TTL_EXPIRED, "ttl-expired"),
            Map.entry(ReplyCode.COMMAND_NOT_SUPPORTED, "command-not-supported"),
            Map.entry(ReplyCode.ADDRESS_TYPE_NOT_SUPPORTED, "address-type-not-supported"),
            Map.entry(ReplyCode.ONION_DESCRIPTOR_NOT_FOUND, "onion-descriptor-not-found"),
            Map.entry(ReplyCode.ONION_DESCRIPTOR_INVALID, "onion-descriptor-invalid"),
            Map.entry(ReplyCode.ONION_INTRODUCTION_FAILED, "onion-introduction-failed"),
            Map.entry(ReplyCode.ONION_RENDEZVOUS_FAILED, "onion-rendezvous-failed"),
            Map.entry(ReplyCode.ONION_AUTHORIZATION_MISSING, "onion-authorization-missing"),
            Map.entry(ReplyCode.ONION_AUTHORIZATION_WRONG, "onion-authorization-wrong"),
            Map.entry(ReplyCode.ONION_ADDRESS_INVALID, "onion-address-invalid"),
            Map.entry(ReplyCode.ONION_INTRODUCTION_TIMED_OUT, "onion-introduction-timed-out"));

    private Codes() {}

    /** Makes one thing for each command that is known, and one for all others; the index is the code. */
    static <T> List<T> byCommand(Function<String, T> made) {
        return byCode(code -> COMMANDS.getOrDefault(Command.of(code), OTHER), made);
    }

    /** Makes one thing for each reply to a failure that is known, and one for all others; the index is the code. */
    static <T> List<T> byReply(Function<String, T> made) {
        return byCode(code -> reply(ReplyCode.of(code)), made);
    }

    /** Returns the name of the code of a failure, or {@link #OTHER}. */
    static String reply(ReplyCode code) {
        return REPLIES.getOrDefault(code, OTHER);
    }

    /** Returns the name of a constant as values of tags are written: lower case, with hyphens. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static <T> List<T> byCode(IntFunction<String> value, Function<String, T> made) {
        Map<String, T> known = new HashMap<>();
        return IntStream.rangeClosed(0x00, 0xFF)
                .mapToObj(code -> known.computeIfAbsent(value.apply(code), made))
                .toList();
    }
}
