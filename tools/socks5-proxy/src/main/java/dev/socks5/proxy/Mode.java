package dev.socks5.proxy;

import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;

/** The permissions of a file. */
record Mode(Set<PosixFilePermission> permissions) {

    private static final Pattern FORM = Pattern.compile("0?[0-7]{3}");
    private static final int OCTAL = 8;

    /** Reads {@code 0660}, as chmod does. */
    static Mode parse(String text) {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("a mode is three octal digits, as in 0660: " + text);
        }
        int bits = Integer.parseInt(text, OCTAL);
        PosixFilePermission[] all = PosixFilePermission.values(); // From the owner's reading to others' execution.
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (int i = 0; i < all.length; i++) {
            boolean set = ((bits >> (all.length - 1 - i)) & 1) != 0;
            if (set) {
                permissions.add(all[i]);
            }
        }
        return new Mode(permissions);
    }
}
