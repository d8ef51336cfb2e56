package dev.socks5.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.socks5.codec.PasswordRequest;
import dev.socks5.codec.ProxyUri;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/** URIs of proxies: what is read is written and read as the same, and no message and no text has a part of a login. */
class ProxyUriFuzzTest {

    private static final Pattern REASONS =
            Pattern.compile("socks5h://\\[USER\\[:PASSWORD]@]HOST\\[:PORT]\\[\\?sendAhead\\[=login]] expected: "
                    + "(it starts with socks5h://, socks5://, socks5hs:// or socks5s://|behind the \\? stands something else"
                    + "|what stands for HOST:PORT is none|there is no user before the @"
                    + "|the path behind localhost is no UTF-8"
                    + "|behind each % stand two hexadecimal digits, as in %40 for @)"
                    + "|what stands for the path of a Unix domain socket is none"
                    + "|a Unix domain socket needs no TLS, because it stays on this host"
                    + "|a (user name|password) has at most 255 octets, not \\d+"
                    + "|half a surrogate pair has no encoding in UTF-8");

    @FuzzTest
    void uri(byte[] data) {
        String text = Input.of(data, 0).text();
        isTakenForAPassword(text);
        ProxyUri uri;
        try {
            uri = ProxyUri.parse(text);
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).matches(REASONS);
            return;
        }
        ProxyUri without =
                new ProxyUri(uri.proxy(), uri.path(), uri.overTls(), null, uri.looksUpHere(), uri.sendAhead());
        assertThat(uri).hasToString(without.toString());
        assertThat(ProxyUri.parse(uri.toString())).isEqualTo(without);
        if (uri.login() != null) {
            String written = uri.toString().replaceFirst("://", "://" + encoded(uri.login()) + "@");
            assertThat(ProxyUri.parse(written)).isEqualTo(uri);
            meansItself(uri.login(), text.substring(text.indexOf("://") + 3, text.lastIndexOf('@')));
        }
        assertThat(uri.login() == null).isEqualTo(text.indexOf('@') < 0);
        String scheme = "socks5" + (uri.looksUpHere() ? "" : "h") + (uri.overTls() ? "s" : "") + "://";
        assertThat(text.toLowerCase(Locale.ROOT)).startsWith(scheme);
    }

    /** Only the percent sign has to be written otherwise in a password, whatever else it looks like. */
    private static void isTakenForAPassword(String text) {
        PasswordRequest login;
        try {
            login = PasswordRequest.of("u", text);
        } catch (IllegalArgumentException e) {
            return;
        }
        assertThat(ProxyUri.parse("socks5://u:" + text.replace("%", "%25") + "@h")
                        .login())
                .isEqualTo(login);
    }

    private static void meansItself(PasswordRequest login, String written) {
        if (written.indexOf('%') < 0) {
            String password = login.password(StandardCharsets.UTF_8);
            assertThat(login.username(StandardCharsets.UTF_8) + (written.indexOf(':') < 0 ? "" : ":" + password))
                    .isEqualTo(written);
        }
    }

    private static String encoded(PasswordRequest login) {
        return percent(login.username()) + ":" + percent(login.password());
    }

    private static String percent(String octets) {
        StringBuilder encoded = new StringBuilder();
        for (byte octet : octets.getBytes(StandardCharsets.ISO_8859_1)) {
            encoded.append("%%%02X".formatted(octet & 0xFF));
        }
        return encoded.toString();
    }
}
