package dev.socks5.bridge;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an origin has answered, and what the client gets of it.
 *
 * @param status three digits
 * @param framing of the body
 * @param forClient the head that the client is to get
 */
record BridgeResponse(int status, BodyFraming framing, HttpHead forClient) {

    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;
    private static final Pattern LINE = Pattern.compile("HTTP/1\\.([0-9]) ([1-9][0-9]{2})(?: (.*))?", Pattern.DOTALL);

    static BridgeResponse read(HttpInput in, BridgeRequest request) throws IOException {
        String startLine = in.line(in.longestHead());
        Matcher line = LINE.matcher(startLine);
        if (!line.matches()) {
            // Before anything else is read: who speaks another protocol may wait for an answer now.
            throw new HttpFormatException("a status line is HTTP/1.1 CODE REASON");
        }
        return of(line, HttpHead.readRest(in, startLine), request);
    }

    private static BridgeResponse of(Matcher line, HttpHead head, BridgeRequest request) throws HttpFormatException {
        int status = Integer.parseInt(line.group(2));
        BodyFraming said = BodyFraming.of(head, !line.group(1).equals("0"), BodyFraming.UNTIL_END);
        boolean interim = status < 200;
        if (status == SWITCHING_PROTOCOLS && !request.webSocket()) {
            throw new HttpFormatException("the origin has switched to another protocol without being asked");
        }
        boolean bodiless = interim || status == NO_CONTENT || status == NOT_MODIFIED || isHead(request);
        List<HttpField> fields = new ArrayList<>(head.endToEnd());
        if (!interim && status != NO_CONTENT && (request.http11() || said.kind() != BodyFraming.Kind.CHUNKED)) {
            fields.addAll(said.fields());
        }
        if (status == SWITCHING_PROTOCOLS) {
            fields.add(new HttpField("Connection", "Upgrade"));
            head.values("Upgrade").forEach(protocol -> fields.add(new HttpField("Upgrade", protocol)));
        } else if (!interim) {
            fields.add(new HttpField("Connection", "close"));
        }
        String reason = line.group(3) == null ? "" : line.group(3);
        return new BridgeResponse(
                status, bodiless ? BodyFraming.NONE : said, new HttpHead("HTTP/1.1 " + status + ' ' + reason, fields));
    }

    private static boolean isHead(BridgeRequest request) {
        return request.method().equals("HEAD");
    }

    boolean switchesProtocols() {
        return status == SWITCHING_PROTOCOLS;
    }

    /** Whether another response follows (RFC 9110 section 15.2). */
    boolean isInterim() {
        return status < 200 && !switchesProtocols();
    }
}
