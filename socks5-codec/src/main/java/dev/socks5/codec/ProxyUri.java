package dev.socks5.codec;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A SOCKS5 proxy as configurations name it: {@code socks5://USER:PASSWORD@HOST:PORT}, for example
 * {@code socks5h://proxy.example} or {@code socks5://alice:secret@[2001:db8::1]:1081}. The words are curl's.
 *
 * <p>Without a port it is 1080, and a user without a password has an empty one. A percent sign and two hexadecimal
 * digits stand for a byte of the user name or password, as RFC 3986 has it; other characters are encoded as UTF-8,
 * and only the {@code :} of a user name, {@code %} and, for readers other than this one, {@code @}, {@code /},
 * {@code ?} and {@code #} have to be written that way. Behind the host and port there may be a slash, and
 * {@code ?sendAhead} or {@code ?sendAhead=login}, see {@link SendAhead}.
 *
 * @param proxy where it is: an IP address or host name, and a port other than 0
 * @param login what the proxy gets if it asks for it; {@code null} for none
 * @param looksUpHere {@code socks5}: the names of destinations are looked up here, and the proxy gets addresses;
 *     else {@code socks5h}: names go to the proxy as they are
 * @param sendAhead {@code ?sendAhead}: {@link SendAhead#ALL_BUT_LOGINS}; {@code ?sendAhead=login}:
 *     {@link SendAhead#ALL}; else {@link SendAhead#NOTHING}
 */
public record ProxyUri(Endpoint proxy, @Nullable PasswordRequest login, boolean looksUpHere, SendAhead sendAhead) {

    private static final String FORM = "socks5://[USER[:PASSWORD]@]HOST[:PORT][?sendAhead[=login]] expected: ";
    private static final String STANDARD_PORT = ":1080";
    private static final String HERE = "socks5";
    private static final String AT_THE_PROXY = "socks5h";
    private static final Map<SendAhead, String> QUERIES = Map.of(
            SendAhead.NOTHING, "",
            SendAhead.ALL_BUT_LOGINS, "?sendAhead",
            SendAhead.ALL, "?sendAhead=login");

    /**
     * Checks the proxy.
     *
     * @param proxy an IP address or host name, and a port other than 0
     * @param login the user name and password (RFC 1929), or {@code null} for none
     * @param looksUpHere see above
     * @param sendAhead see above
     * @throws IllegalArgumentException if the name cannot be that of a host, or the port is 0
     */
    public ProxyUri {
        if (proxy.port() == 0) {
            throw new IllegalArgumentException("nothing can be reached at port 0");
        }
        if (proxy.address() instanceof DomainName name && !name.isHostName()) {
            throw new IllegalArgumentException("neither an address nor the name of a host");
        }
    }

    /**
     * Names a proxy that gets nothing ahead.
     *
     * @param proxy as above
     * @param login as above
     * @param looksUpHere as above
     * @throws IllegalArgumentException as above
     */
    public ProxyUri(Endpoint proxy, @Nullable PasswordRequest login, boolean looksUpHere) {
        this(proxy, login, looksUpHere, SendAhead.NOTHING);
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
        int schemeEnd = uri.indexOf("://");
        String scheme = schemeEnd < 0 ? "" : uri.substring(0, schemeEnd).toLowerCase(Locale.ROOT);
        if (!scheme.equals(HERE) && !scheme.equals(AT_THE_PROXY)) {
            throw new IllegalArgumentException(FORM + "it starts with socks5://");
        }
        String rest = uri.substring(schemeEnd + 3);
        int at = rest.lastIndexOf('@');
        int query = rest.indexOf('?', at + 1);
        String host = rest.substring(at + 1, query < 0 ? rest.length() : query);
        Endpoint proxy = endpoint(host.endsWith("/") ? host.substring(0, host.length() - 1) : host);
        PasswordRequest login = at < 0 ? null : login(rest.substring(0, at));
        SendAhead sendAhead = query < 0 ? SendAhead.NOTHING : sendAhead(rest.substring(query));
        return new ProxyUri(proxy, login, scheme.equals(HERE), sendAhead);
    }

    private static SendAhead sendAhead(String query) {
        return QUERIES.entrySet().stream()
                .filter(known -> known.getValue().equals(query))
                .findAny()
                .orElseThrow(() -> new IllegalArgumentException(FORM + "behind the ? stands something else"))
                .getKey();
    }

    private static Endpoint endpoint(String text) {
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
        return (looksUpHere ? HERE : AT_THE_PROXY) + "://" + proxy + QUERIES.get(sendAhead);
    }
}
