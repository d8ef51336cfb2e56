package dev.socks5.bridge;

import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks a proxy for (RFC 9112 section 3.2): a tunnel, or a resource of http.
 *
 * @param method of the request
 * @param destination where the connection is to lead
 * @param http11 whether the client knows HTTP/1.1
 * @param webSocket whether it wants to go on in WebSocket (RFC 6455 section 4.1)
 * @param framing of the body
 * @param forOrigin the head that the origin is to get; {@code null} for a tunnel
 */
record BridgeRequest(
        String method,
        Endpoint destination,
        boolean http11,
        boolean webSocket,
        BodyFraming framing,
        @Nullable HttpHead forOrigin) {

    /** A target has neither white space nor a fragment, and only ASCII. */
    private static final Pattern LINE =
            Pattern.compile("(" + HttpField.TOKEN.pattern() + ") ([!-~&&[^#]]+) HTTP/1\\.([01])");

    private static final Pattern ABSOLUTE = Pattern.compile("(?i:http)://([^/?]*)(.*)");

    /** Without user information, which is no part of a host's name in requests (RFC 9110 section 4.2.4). */
    private static final Pattern AUTHORITY = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[^\\[\\]:@]+)(?::([0-9]{0,5}))?");

    private static final int HTTP_PORT = 80;

    static BridgeRequest of(HttpHead head) throws HttpFormatException {
        Matcher line = LINE.matcher(head.startLine());
        if (!line.matches()) {
            throw new HttpFormatException("a request line is METHOD TARGET HTTP/1.1");
        }
        boolean http11 = line.group(3).equals("1");
        int hosts = head.values("Host").size();
        if (hosts > 1 || (http11 && hosts == 0)) {
            throw new HttpFormatException("a request has one field Host");
        }
        BodyFraming framing = BodyFraming.of(head, http11, BodyFraming.NONE);
        String method = line.group(1);
        String target = line.group(2);
        return method.equals("CONNECT")
                ? tunnel(method, target, http11, framing)
                : forwarded(method, target, http11, framing, head);
    }

    private static BridgeRequest tunnel(String method, String target, boolean http11, BodyFraming framing)
            throws HttpFormatException {
        if (framing.kind() != BodyFraming.Kind.NONE && !framing.equals(BodyFraming.of(0))) {
            throw new HttpFormatException("CONNECT has no body");
        }
        return new BridgeRequest(method, endpoint(target, -1), http11, false, BodyFraming.NONE, null);
    }

    private static BridgeRequest forwarded(
            String method, String target, boolean http11, BodyFraming framing, HttpHead head)
            throws HttpFormatException {
        Matcher uri = ABSOLUTE.matcher(target);
        if (!uri.matches()) {
            throw new HttpFormatException("this is a proxy: it takes CONNECT HOST:PORT, and http://HOST:PORT/PATH");
        }
        Endpoint destination = endpoint(uri.group(1), HTTP_PORT);
        boolean webSocket = http11
                && method.equals("GET")
                && framing.kind() == BodyFraming.Kind.NONE
                && head.elements("Connection").contains("upgrade")
                && head.elements("Upgrade").contains("websocket");
        List<HttpField> fields = new ArrayList<>();
        fields.add(new HttpField("Host", uri.group(1)));
        head.endToEnd().stream().filter(field -> !field.isNamed("Host")).forEach(fields::add);
        fields.addAll(framing.fields());
        fields.addAll(connection(webSocket));
        String line = method + ' ' + originForm(method, uri.group(2)) + " HTTP/1.1";
        return new BridgeRequest(method, destination, http11, webSocket, framing, new HttpHead(line, fields));
    }

    private static List<HttpField> connection(boolean webSocket) {
        return webSocket
                ? List.of(new HttpField("Connection", "Upgrade"), new HttpField("Upgrade", "websocket"))
                : List.of(new HttpField("Connection", "close"));
    }

    /** RFC 9112 sections 3.2.1 and 3.2.4. */
    private static String originForm(String method, String pathAndQuery) {
        if (pathAndQuery.isEmpty() && method.equals("OPTIONS")) {
            return "*";
        }
        return pathAndQuery.startsWith("/") ? pathAndQuery : "/" + pathAndQuery;
    }

    /** Takes what is an address or the name of a host, and nothing that a resolver could read in another way. */
    private static Endpoint endpoint(String authority, int defaultPort) throws HttpFormatException {
        Matcher parts = AUTHORITY.matcher(authority);
        if (parts.matches()) {
            String port = parts.group(2);
            boolean noPort = port == null || port.isEmpty();
            try {
                Endpoint endpoint = Endpoint.of(parts.group(1), noPort ? defaultPort : Integer.parseInt(port));
                if (!(endpoint.address() instanceof DomainName name) || name.isHostName()) {
                    return endpoint;
                }
            } catch (IllegalArgumentException e) {
                // Said below.
            }
        }
        throw new HttpFormatException("a destination is HOST:PORT");
    }
}
