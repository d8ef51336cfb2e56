package dev.socks5.conformance.server;

import dev.socks5.codec.DomainName;
import dev.socks5.conformance.peer.Refused;
import dev.socks5.conformance.peer.RightServer;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** The wrong peers of the group "names". */
final class NamePeers {

    private static final String ELSEWHERE = "expected a connection at the destination, but none came";
    private static final String NO_HOST = ", but the reply says success";

    private NamePeers() {}

    static List<WrongServer> all() {
        return List.of(
                wrong("upper-case", "success, but it says host unreachable", OnlyLowerCase::new),
                wrong("trailing-dot", ELSEWHERE, RequestPeers.Pretends::new),
                wrong("ipv4-as-name", ELSEWHERE, RequestPeers.Pretends::new),
                wrong("ipv6-as-name", ELSEWHERE, RequestPeers.Pretends::new),
                wrong("ipv6-in-brackets", ELSEWHERE, RequestPeers.Pretends::new),
                wrong("other-spellings", ELSEWHERE, RequestPeers.Pretends::new),
                wrong("not-ascii", ELSEWHERE, RequestPeers.Pretends::new),
                wrong("long-label", ELSEWHERE, RequestPeers.Pretends::new),
                wrong("nul-inside", NO_HOST, () -> taking(name -> name.replaceFirst("\0.*", ""))),
                wrong("nul-behind-address", NO_HOST, () -> taking(name -> name.replaceFirst("\0.*", ""))),
                wrong("white-space", NO_HOST, () -> taking(String::strip)),
                wrong("white-space", NO_HOST, () -> taking(name -> name.replaceFirst("(?<=.) .*", ""))),
                wrong("line-breaks", NO_HOST, () -> taking(String::strip)),
                wrong("empty-labels", NO_HOST, () -> taking(name -> name.replaceAll("^\\.*|\\.*$", ""))),
                wrong("other-syntax", NO_HOST, () -> taking(name -> name.replaceFirst(".*@", ""))),
                wrong("other-syntax", NO_HOST, () -> taking(name -> name.replaceFirst(":.*", ""))));
    }

    private static WrongServer wrong(String name, String message, Supplier<RightServer> peer) {
        return new WrongServer("names/" + name, message, peer);
    }

    /** Looks up something else than it was told. */
    private static RightServer taking(UnaryOperator<String> part) {
        return new RightServer() {
            @Override
            protected List<InetAddress> lookUp(DomainName destination) throws IOException {
                String name = part.apply(destination.octets());
                return super.lookUp(name.isEmpty() ? destination : new DomainName(name));
            }
        };
    }

    private static final class OnlyLowerCase extends RightServer {
        @Override
        protected List<InetAddress> lookUp(DomainName destination) throws IOException {
            if (destination.octets().chars().anyMatch(c -> c >= 'A' && c <= 'Z')) {
                throw new Refused(0x04);
            }
            return super.lookUp(destination);
        }
    }
}
