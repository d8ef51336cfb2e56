package dev.socks5.codec;

/** The textual form of IPv6 addresses: RFC 4291 section 2.2 read, RFC 5952 written. */
final class Ipv6Text {

    private static final int GROUPS = 8;

    private final String text;

    Ipv6Text(String text) {
        this.text = text;
    }

    /** The eight groups of sixteen bits. */
    int[] groups() {
        int gap = text.indexOf("::");
        if (gap < 0) {
            int[] groups = groups(text);
            require(groups.length == GROUPS);
            return groups;
        }
        int[] before = groups(text.substring(0, gap));
        int[] after = groups(text.substring(gap + 2));
        // "::" stands for at least one group of zeros.
        require(before.length + after.length < GROUPS);
        require(text.substring(0, gap).indexOf('.') < 0);
        int[] all = new int[GROUPS];
        System.arraycopy(before, 0, all, 0, before.length);
        System.arraycopy(after, 0, all, GROUPS - after.length, after.length);
        return all;
    }

    private int[] groups(String part) {
        if (part.isEmpty()) {
            return new int[0];
        }
        String[] fields = part.split(":", -1);
        String last = fields[fields.length - 1];
        boolean dotted = last.indexOf('.') >= 0;
        int[] groups = new int[dotted ? fields.length + 1 : fields.length];
        int hexadecimal = dotted ? fields.length - 1 : fields.length;
        for (int i = 0; i < hexadecimal; i++) {
            groups[i] = group(fields[i]);
        }
        if (dotted) {
            require(Ipv4Address.isIpv4(last));
            int bits = Ipv4Address.parse(last).bits();
            groups[hexadecimal] = bits >>> 16;
            groups[hexadecimal + 1] = bits & 0xFFFF;
        }
        return groups;
    }

    private int group(String digits) {
        require(!digits.isEmpty() && digits.length() <= 4);
        int value = 0;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            int digit = c <= 'f' ? Character.digit(c, 16) : -1;
            require(digit >= 0);
            value = value << 4 | digit;
        }
        return value;
    }

    private void require(boolean valid) {
        if (!valid) {
            throw new IllegalArgumentException("not an IPv6 address: " + Text.quote(text));
        }
    }

    static String format(int[] groups) {
        int gapStart = GROUPS;
        int gapLength = 1;
        for (int i = 0; i < GROUPS; i++) {
            int zeros = zeros(groups, i);
            if (zeros > gapLength) {
                gapStart = i;
                gapLength = zeros;
            }
        }
        if (gapStart == GROUPS) {
            return join(groups, 0, GROUPS);
        }
        return join(groups, 0, gapStart) + "::" + join(groups, gapStart + gapLength, GROUPS);
    }

    private static int zeros(int[] groups, int from) {
        int end = from;
        while (end < GROUPS && groups[end] == 0) {
            end++;
        }
        return end - from;
    }

    private static String join(int[] groups, int from, int to) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < to; i++) {
            text.append(i == from ? "" : ":").append(Integer.toHexString(groups[i]));
        }
        return text.toString();
    }
}
