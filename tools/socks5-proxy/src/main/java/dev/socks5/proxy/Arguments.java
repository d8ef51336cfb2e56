package dev.socks5.proxy;

import dev.socks5.codec.Address;
import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What stands behind options, read. */
final class Arguments {

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");

    private Arguments() {}

    /** A converter whose complaint is the parser's own message. */
    static <T> ITypeConverter<T> clear(Function<String, T> parser) {
        return text -> {
            try {
                return parser.apply(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        };
    }

    /** A positive whole number and a unit: {@code 500ms}, {@code 10s}, {@code 5m}, {@code 1h}, {@code 30d}. */
    static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
            throw new IllegalArgumentException("a time is a positive number and ms, s, m, h or d, as in 10s: " + text);
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    /** Where a client on this machine finds a listening address. */
    static Endpoint reachable(InetSocketAddress address) {
        boolean wildcard = address.getAddress().isAnyLocalAddress();
        String loopback = address.getAddress() instanceof Inet4Address ? "127.0.0.1" : "::1";
        return wildcard ? Endpoint.of(loopback, address.getPort()) : Endpoint.of(address);
    }

    /** An IP address; a name is not looked up. */
    static InetAddress address(String text) {
        InetAddress address =
                new Endpoint(Address.parse(text), 0).toInetSocketAddress().getAddress();
        if (address == null) {
            throw new IllegalArgumentException("an IP address expected: " + text);
        }
        return address;
    }

    /** The name of a file, which the locale has to be able to express. */
    static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("no file can have that name in this locale: " + e.getReason());
        }
    }

    /**
     * The address to listen on; a name is looked up.
     *
     * @param option has said so, for the message if there is no such host
     */
    static InetSocketAddress resolve(String option, Endpoint endpoint) {
        if (!(endpoint.address() instanceof DomainName name)) {
            return endpoint.toInetSocketAddress();
        }
        if (!name.isHostName()) {
            throw new IllegalArgumentException(option + ": neither an address nor a host name: " + name);
        }
        InetSocketAddress resolved = new InetSocketAddress(name.octets(), endpoint.port());
        if (resolved.isUnresolved()) {
            throw new IllegalArgumentException(option + ": unknown host " + name);
        }
        return resolved;
    }
}
