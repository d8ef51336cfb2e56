package dev.socks5.proxy;

import dev.socks5.codec.Endpoint;
import dev.socks5.codec.EndpointPattern;
import dev.socks5.codec.ProtectionLevel;
import dev.socks5.proxy.users.User;
import dev.socks5.server.RequestPattern;
import dev.socks5.server.Upstream;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine;

/** How texts on the command line become values of types that several options may have. */
final class Converters {

    private Converters() {}

    static CommandLine addTo(CommandLine commandLine) {
        return commandLine
                .registerConverter(Path.class, Arguments.clear(Arguments::path))
                .registerConverter(ListenPlace.class, Arguments.clear(ListenPlace::parse))
                .registerConverter(Endpoint.class, Arguments.clear(Endpoint::parse))
                .registerConverter(EndpointPattern.class, Arguments.clear(EndpointPattern::parse))
                .registerConverter(RequestPattern.class, Arguments.clear(RequestPattern::parse))
                .registerConverter(Preference.class, Arguments.clear(Preference::parse))
                .registerConverter(ProtectionLevel.class, Arguments.clear(GssapiOptions::level))
                .registerConverter(Duration.class, Arguments.clear(Arguments::duration))
                .registerConverter(FailedLogins.class, Arguments.clear(FailedLogins::parse))
                .registerConverter(Mode.class, Arguments.clear(Mode::parse))
                .registerConverter(Quota.class, Arguments.clear(Quota::parse))
                .registerConverter(Ports.class, Arguments.clear(Ports::parse))
                .registerConverter(User.class, Arguments.clear(User::parse))
                .registerConverter(Upstream.class, Arguments.clear(Upstream::parse))
                .registerConverter(InetAddress.class, Arguments.clear(Arguments::address));
    }
}
