package dev.socks5.codec;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A SOCKS5 proxy as configurations name it: {@code socks5://USER:PASSWORD@HOST:PORT}, for example
 * {@code socks5h://proxy.example} or {@code socks5://alice:secret@[2001:db8::1]:1081}, or
 * {@code socks5h://localhost/run/proxy.sock} for one that listens on a Unix domain socket. The words {@code socks5} and
 * {@code socks5h} are curl's, and so is the form with a path. {@code socks5s}, for a proxy that is reached by TLS, is
 * ReactPHP's and dumbproxy's, and {@code socks5hs} follows from both.
 *
 * <p>Without a port it is 1080, and a user without a password has an empty one. A percent sign and two hexadecimal
 * digits stand for a byte of the user name, the password or the path, as RFC 3986 has it; other characters are encoded
 * as UTF-8. The {@code :} of a user name, {@code %}, and {@code @} and {@code ?} in a path have to be written that way,
 * and for readers other than this one also {@code @}, {@code /}, {@code ?} and {@code #}. Behind the host and port
 * there may be a slash, and {@code ?sendAhead} or {@code ?sendAhead=login}, see {@link SendAhead}.
 *
 * @param proxy where it is: an IP address or host name, and a port other than 0; {@link #LOCAL} if there is a path
 * @param path the absolute path of the proxy's Unix domain socket; {@code null} if it is reached by TCP
 * @param overTls {@code socks5s} and {@code socks5hs}: TLS comes first, and SOCKS inside it
 * @param login what the proxy gets if it asks for it; {@code null} for none
 * @param looksUpHere {@code socks5} and {@code socks5s}: the names of destinations are looked up here, and the proxy
 *     gets addresses; else names go to the proxy as they are
 * @param sendAhead {@code ?sendAhead}: {@link SendAhead#ALL_BUT_LOGINS}; {@code ?sendAhead=login}:
 *     {@link SendAhead#ALL}; else {@link SendAhead#NOTHING}
 */
public record ProxyUri(
        Endpoint proxy,
        @Nullable String path,
        boolean overTls,
        @Nullable PasswordRequest login,
        boolean looksUpHere,
        SendAhead sendAhead) {

    /** Stands for a proxy that has a path, where an endpoint is needed to name it. */
    public static final Endpoint LOCAL = Endpoint.of("localhost", 1080);

    private static final String FORM = "socks5h://[USER[:PASSWORD]@]HOST[:PORT][?sendAhead[=login]] expected: ";
    private static final String STANDARD_PORT = ":1080";
    private static final Map<SendAhead, String> QUERIES = Map.of(
            SendAhead.NOTHING, "",
            SendAhead.ALL_BUT_LOGINS, "?sendAhead",
            SendAhead.ALL, "?sendAhead=login");

    /** What a scheme says. */
    private enum Scheme {
        SOCKS5(true, false),
        SOCKS5H(false, false),
        SOCKS5S(true, true),
        SOCKS5HS(false, true);

        private final boolean looksUpHere;
        private final boolean overTls;

        Scheme(boolean looksUpHere, boolean overTls) {
            this.looksUpHere = looksUpHere;
            this.overTls = overTls;
        }

        private static Scheme of(String uri) {
            for (Scheme scheme : values()) {
                String prefix = scheme + "://";
                if (uri.regionMatches(true, 0, prefix, 0, prefix.length())) {
                    return scheme;
                }
            }
            throw new IllegalArgumentException(
                    FORM + "it starts with socks5h://, socks5://, socks5hs:// or socks5s://");
        }

        private static Scheme of(boolean looksUpHere, boolean overTls) {
            return looksUpHere ? (overTls ? SOCKS5S : SOCKS5) : (overTls ? SOCKS5HS : SOCKS5H);
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Checks the proxy.
     *
     * @param proxy an IP address or host name, and a port other than 0; {@link #LOCAL} if there is a path
     * @param path an absolute path without control characters that does not end in a slash, or {@code null} for TCP
     * @param overTls see above; not with a path, which stays on this host
     * @param login the user name and password (RFC 1929), or {@code null} for none
     * @param looksUpHere see above
     * @param sendAhead see above
     * @throws IllegalArgumentException if the name cannot be that of a host, or the port is 0, or the path is none, or
     *     there is TLS with a path
     */
    public ProxyUri {
        if (proxy.port() == 0) {
            throw new IllegalArgumentException("nothing can be reached at port 0");
        }
        if (proxy.address() instanceof DomainName name && !name.isHostName()) {
            throw new IllegalArgumentException("neither an address nor the name of a host");
        }
        if (path != null) {
            requireSocket(path);
            if (!proxy.equals(LOCAL)) {
                throw new IllegalArgumentException("a proxy with a path is at localhost");
            }
            if (overTls) {
                throw new IllegalArgumentException("a Unix domain socket needs no TLS, because it stays on this host");
            }
        }
    }

    private static void requireSocket(String path) {
        if (!path.startsWith("/") || path.endsWith("/") || path.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("what stands for the path of a Unix domain socket is none");
        }
    }

    /**
     * Names a proxy that is reached by TCP without TLS, and gets nothing ahead.
     *
     * @param proxy an IP address or host name, and a port other than 0
     * @param login as above
     * @param looksUpHere as above
     * @throws IllegalArgumentException as above
     */
    public ProxyUri(Endpoint proxy, @Nullable PasswordRequest login, boolean looksUpHere) {
        this(proxy, null, false, login, looksUpHere, SendAhead.NOTHING);
    }

    /**
     * Reads a URI. Looks nothing up.
     *
     * @param uri a URI as above, and nothing else
     * @return the proxy
     * @throws IllegalArgumentException if it is anything else; the message repeats nothing of it, because there may be
     *     a password in it
     */
    public static ProxyUri parse(String uri) {
        Scheme scheme = Scheme.of(uri);
        String rest = uri.substring(scheme.toString().length() + "://".length());
        int at = rest.lastIndexOf('@');
        int query = rest.indexOf('?', at + 1);
        String place = rest.substring(at + 1, query < 0 ? rest.length() : query);
        PasswordRequest login = at < 0 ? null : login(rest.substring(0, at));
        SendAhead sendAhead = query < 0 ? SendAhead.NOTHING : sendAhead(rest.substring(query));
        String path = path(place);
        Endpoint proxy = path == null ? endpoint(place) : LOCAL;
        return new ProxyUri(proxy, path, scheme.overTls, login, scheme.looksUpHere, sendAhead);
    }

    private static SendAhead sendAhead(String query) {
        return QUERIES.entrySet().stream()
                .filter(known -> known.getValue().equals(query))
                .findAny()
                .orElseThrow(() -> new IllegalArgumentException(FORM + "behind the ? stands something else"))
                .getKey();
    }

    /** Returns the path behind {@code localhost}; {@code null} if there is none, or another host. */
    private static @Nullable String path(String place) {
        int slash = place.indexOf('/');
        boolean local = slash >= 0
                && slash < place.length() - 1
                && LOCAL.address().toString().equalsIgnoreCase(place.substring(0, slash));
        if (!local) {
            return null;
        }
        try {
            byte[] octets = octets(place.substring(slash)).getBytes(StandardCharsets.ISO_8859_1);
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(FORM + "the path behind localhost is no UTF-8"); // Nothing is repeated.
        }
    }

    private static Endpoint endpoint(String place) {
        String text = place.endsWith("/") ? place.substring(0, place.length() - 1) : place;
        boolean hasPort = text.lastIndexOf(':') > text.lastIndexOf(']');
        try {
            return new ProxyUri(Endpoint.parse(hasPort ? text : text + STANDARD_PORT), null, false).proxy;
        } catch (IllegalArgumentException e) {
            // Neither its message nor itself: without an @, this may be a user and a password.
            throw new IllegalArgumentException(FORM + "what stands for HOST:PORT is none");
        }
    }

    private static PasswordRequest login(String userInfo) {
        if (userInfo.isEmpty()) {
            throw new IllegalArgumentException(FORM + "there is no user before the @");
        }
        int colon = userInfo.indexOf(':');
        String user = colon < 0 ? userInfo : userInfo.substring(0, colon);
        String password = colon < 0 ? "" : userInfo.substring(colon + 1);
        return new PasswordRequest(octets(user), octets(password));
    }

    /** Each character of the result is one byte. */
    private static String octets(String encoded) {
        String utf8 = PasswordRequest.asOctets(encoded);
        StringBuilder octets = new StringBuilder(utf8.length());
        for (int i = 0; i < utf8.length(); i++) {
            if (utf8.charAt(i) == '%') {
                octets.append((char) (hexDigit(utf8, i + 1) << 4 | hexDigit(utf8, i + 2)));
                i += 2;
            } else {
                octets.append(utf8.charAt(i));
            }
        }
        return octets.toString();
    }

    private static int hexDigit(String text, int index) {
        int digit = index < text.length() ? Character.digit(text.charAt(index), 16) : -1;
        if (digit < 0) {
            throw new IllegalArgumentException(FORM + "behind each % stand two hexadecimal digits, as in %40 for @");
        }
        return digit;
    }

    /** Without the login. Safe to log. */
    @Override
    public String toString() {
        String place = path == null ? proxy.toString() : LOCAL.address() + encoded(path);
        return Scheme.of(looksUpHere, overTls) + "://" + place + QUERIES.get(sendAhead);
    }

    /** Writes a path so that {@link #parse} reads it: ASCII, and nothing that ends it. */
    private static String encoded(String path) {
        StringBuilder text = new StringBuilder(path.length());
        PasswordRequest.asOctets(path).chars().forEach(octet -> {
            boolean plain = octet > ' ' && octet < 0x7F && "%?#@".indexOf(octet) < 0;
            text.append(plain ? String.valueOf((char) octet) : String.format("%%%02X", octet));
        });
        return text.toString();
    }
}
