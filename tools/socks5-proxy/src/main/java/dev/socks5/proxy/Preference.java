package dev.socks5.proxy;

import dev.socks5.server.Resolver;
import java.net.StandardProtocolFamily;
import java.util.function.UnaryOperator;

/** Which of a name's addresses to use. */
record Preference(UnaryOperator<Resolver> over) {

    static Preference parse(String text) {
        return new Preference(
                switch (text) {
                    case "ipv4" -> resolver -> resolver.prefer(StandardProtocolFamily.INET);
                    case "ipv6" -> resolver -> resolver.prefer(StandardProtocolFamily.INET6);
                    case "ipv4-only" -> resolver -> resolver.only(StandardProtocolFamily.INET);
                    case "ipv6-only" -> resolver -> resolver.only(StandardProtocolFamily.INET6);
                    default ->
                        throw new IllegalArgumentException("ipv4, ipv6, ipv4-only or ipv6-only expected: " + text);
                });
    }
}
