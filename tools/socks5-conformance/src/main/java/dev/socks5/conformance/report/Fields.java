package dev.socks5.conformance.report;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.Command;
import dev.socks5.codec.ReplyCode;
import dev.socks5.conformance.suite.Label;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * Names the parts of a message. The message may be anything: what is missing is left out, and what is too much gets a
 * name of its own. No decoder of ours does that, because each refuses what is malformed.
 */
final class Fields {

    private final byte[] bytes;
    private final List<Field> fields = new ArrayList<>();
    private int at;

    private Fields(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Returns the parts, in order; each byte belongs to one of them. */
    static List<Field> of(Label label, byte[] bytes) {
        Fields fields = new Fields(bytes);
        switch (label) {
            case GREETING -> fields.greeting();
            case SELECTION -> fields.number("VER").one("METHOD", code -> "" + AuthMethod.of(code));
            case LOGIN -> fields.login();
            case LOGIN_ANSWER -> fields.number("VER").one("STATUS", code -> code == 0 ? "success" : "failure");
            case GSSAPI -> fields.gssapi();
            case REQUEST ->
                fields.number("VER")
                        .one("CMD", code -> "" + Command.of(code))
                        .number("RSV")
                        .endpoint("DST");
            case REPLY ->
                fields.number("VER")
                        .one("REP", code -> "" + ReplyCode.of(code))
                        .number("RSV")
                        .endpoint("BND");
            case DATAGRAM ->
                fields.some("RSV", 2, "").number("FRAG").endpoint("DST").some("DATA", bytes.length, "");
            case RAW -> fields.some("", bytes.length, "");
        }
        if (fields.at < bytes.length) {
            fields.some("behind", bytes.length, "");
        }
        return fields.fields;
    }

    private void greeting() {
        number("VER");
        int count = peek();
        number("NMETHODS");
        for (int i = 0; i < count && at < bytes.length; i++) {
            one("METHOD", code -> "" + AuthMethod.of(code));
        }
    }

    private void login() {
        number("VER").counted("ULEN", "UNAME").counted("PLEN", "PASSWD");
    }

    private void gssapi() {
        number("VER").one("MTYP", code -> switch (code) {
            case 1 -> "authentication";
            case 2 -> "protection level";
            case 3 -> "protected bytes";
            case 0xFF -> "abort";
            default -> "unknown";
        });
        if (bytes.length - at >= 2) {
            int length = bigEndian();
            some("LEN", 2, "" + length).some("TOKEN", length, "");
        }
    }

    private Fields endpoint(String prefix) {
        int type = peek();
        one("ATYP", code -> switch (code) {
            case 1 -> "IPv4";
            case 3 -> "name";
            case 4 -> "IPv6";
            default -> "unknown";
        });
        switch (type) {
            case 1 -> address(prefix, 4);
            case 3 -> counted("length", prefix + ".ADDR");
            case 4 -> address(prefix, 16);
            default -> {
                return this; // Nobody knows where the address ends.
            }
        }
        return bytes.length - at >= 2 ? some(prefix + ".PORT", 2, "" + bigEndian()) : this;
    }

    private void address(String prefix, int length) {
        String text = "";
        if (bytes.length - at >= length) {
            try {
                text = InetAddress.getByAddress(Arrays.copyOfRange(bytes, at, at + length))
                        .getHostAddress();
            } catch (UnknownHostException e) {
                throw new IllegalStateException(e);
            }
        }
        some(prefix + ".ADDR", length, text);
    }

    /** A length, and text that long. */
    private Fields counted(String lengthName, String name) {
        int length = peek();
        number(lengthName);
        int to = Math.min(bytes.length, at + Math.max(length, 0));
        String text = new String(bytes, at, to - at, StandardCharsets.ISO_8859_1);
        return some(name, length, text.isEmpty() ? "" : '"' + Plain.line(text) + '"');
    }

    private Fields number(String name) {
        return one(name, code -> "" + code);
    }

    private Fields one(String name, IntFunction<String> meaning) {
        return some(name, 1, at < bytes.length ? meaning.apply(peek()) : "");
    }

    private Fields some(String name, int length, String meaning) {
        int to = Math.min(bytes.length, at + Math.max(length, 0));
        if (to > at) {
            fields.add(new Field(name, at, to, meaning));
            at = to;
        }
        return this;
    }

    private int peek() {
        return at < bytes.length ? bytes[at] & 0xFF : -1;
    }

    private int bigEndian() {
        return ((bytes[at] & 0xFF) << 8) | (bytes[at + 1] & 0xFF);
    }
}
