package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.client.Socks5Client;
import dev.socks5.client.Socks5ClientBuilder;
import dev.socks5.codec.DomainName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The table of docs/recipes.md that says what libraries do with our sockets: a row is checked by using the library four
 * times, and by looking at what the proxy was asked for.
 */
final class LibraryTable {

    private static final Path DOCUMENT = Path.of("..", "..", "docs", "recipes.md");

    /** Where the library is to go, by a client or by what names one in a configuration. */
    record Way(String host, OurServer server, Options options) {

        /** Through the proxy, with the options. */
        Socks5Client client() {
            return options.set(builder()).build();
        }

        /** Without the options. */
        Socks5ClientBuilder builder() {
            return Socks5Client.builder().proxy(server.address());
        }

        /** For a {@link dev.socks5.client.Socks5SocketFactory}. */
        String uri() {
            return "socks5h://" + server.hostAndPort() + options.query;
        }
    }

    /** One column. */
    private enum Options {
        NONE(""),
        STAND_FOR_NAMES("?addressesStandForNames"),
        PLACEHOLDERS("?placeholderAddresses");

        private final String query;

        Options(String query) {
            this.query = query;
        }

        Socks5ClientBuilder set(Socks5ClientBuilder builder) {
            return switch (this) {
                case NONE -> builder;
                case STAND_FOR_NAMES -> builder.addressesStandForNames();
                case PLACEHOLDERS -> builder.placeholderAddresses();
            };
        }
    }

    /** Connects, and has an answer. */
    @FunctionalInterface
    interface Use {
        void talk(Way way) throws Exception;
    }

    private LibraryTable() {}

    /**
     * Checks a row.
     *
     * @param library its first cell
     * @param ofIt a class of the library, whose jar tells the version; {@code null} if that is the JDK
     */
    static void check(String library, @Nullable Class<?> ofIt, Use use) throws Exception {
        assertThat(List.of(
                        library,
                        version(ofIt),
                        outcome("localhost", Options.NONE, use),
                        outcome("localhost", Options.STAND_FOR_NAMES, use),
                        outcome(OurServer.NAME, Options.NONE, use),
                        outcome(OurServer.NAME, Options.PLACEHOLDERS, use)))
                .isEqualTo(row(library));
    }

    private static String version(@Nullable Class<?> ofIt) {
        if (ofIt == null) {
            return "17, 25";
        }
        CodeSource source = ofIt.getProtectionDomain().getCodeSource();
        Path jar = Path.of(source.getLocation().getPath());
        return String.valueOf(jar.getParent().getFileName());
    }

    private static String outcome(String host, Options options, Use use) throws IOException {
        try (OurServer server = OurServer.open()) {
            try {
                use.talk(new Way(host, server, options));
            } catch (Exception e) {
                return "fails: `" + rootOf(e).getClass().getSimpleName() + "`";
            }
            boolean named = server.destinations().get(0).address() instanceof DomainName;
            return named ? "name" : "address";
        }
    }

    private static Throwable rootOf(Throwable e) {
        return e.getCause() == null ? e : rootOf(e.getCause());
    }

    private static List<String> row(String library) throws IOException {
        return Files.readAllLines(DOCUMENT).stream()
                .filter(line -> line.startsWith("| " + library + " |"))
                .map(line -> Arrays.stream(line.substring(1).split("\\|", -1))
                        .map(String::strip)
                        .filter(cell -> !cell.isEmpty())
                        .toList())
                .findFirst()
                .orElseThrow(() -> new AssertionError("no row for " + library));
    }
}
