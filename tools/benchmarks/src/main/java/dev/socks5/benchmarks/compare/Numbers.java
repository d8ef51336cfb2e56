package dev.socks5.benchmarks.compare;

import java.util.Locale;

/** Figures for people: three digits that count, thousands set off. */
final class Numbers {

    private Numbers() {}

    static String show(double value) {
        double size = Math.abs(value);
        if (size == 0 || size >= 100) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        int digits = Math.min(9, 2 - (int) Math.floor(Math.log10(size)));
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }
}
