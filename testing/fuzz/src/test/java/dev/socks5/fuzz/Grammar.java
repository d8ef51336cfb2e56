package dev.socks5.fuzz;

import java.util.Arrays;
import java.util.Set;

/** What the RFCs let either side say, read once more and independently of the codec: from the front, all at once. */
final class Grammar {

    private final byte[] bytes;
    private int at;

    Grammar(byte[] bytes, int length) {
        this.bytes = Arrays.copyOf(bytes, length);
    }

    /** Whether these are all the bytes of a successful server, with a method that the client has offered. */
    boolean isSuccessfulServer(Set<Integer> offered, int replies) {
        int version = next();
        int method = next();
        boolean valid = version == 5 && offered.contains(method) && method != 0xFF;
        valid &= switch (method) {
            case 0x00 -> true;
            case 0x02 -> isOneOf(1, 5) && next() == 0;
            case Echo.METHOD -> next() == (Echo.ANSWER & 0xFF);
            default -> false;
        };
        for (int i = 0; i < replies; i++) {
            valid &= next() == 5 && next() == 0 && next() >= 0 && isEndpoint(0);
        }
        return valid && at == bytes.length;
    }

    /** Whether these are all the bytes of a client up to its request, with this method. */
    boolean isClient(int method) {
        boolean offered = false;
        boolean valid = next() == 5;
        for (int left = next(); left > 0; left--) {
            offered |= next() == method;
        }
        valid &= offered
                && switch (method) {
                    case 0x00 -> true;
                    case 0x02 -> next() == 1 && isText(0) && isText(0);
                    case Echo.METHOD -> next() == (Echo.QUESTION & 0xFF);
                    default -> false;
                };
        return valid && next() == 5 && next() >= 0 && next() >= 0 && isEndpoint(1) && at == bytes.length;
    }

    private boolean isOneOf(int first, int second) {
        int octet = next();
        return octet == first || octet == second;
    }

    private boolean isEndpoint(int shortestName) {
        boolean valid = switch (next()) {
            case 1 -> skip(4);
            case 3 -> isText(shortestName);
            case 4 -> skip(16);
            default -> false;
        };
        return valid && skip(2);
    }

    private boolean isText(int shortest) {
        int length = next();
        return length >= shortest && skip(length);
    }

    private boolean skip(int count) {
        at += count;
        return at <= bytes.length;
    }

    private int next() {
        return at < bytes.length ? bytes[at++] & 0xFF : -1;
    }
}
