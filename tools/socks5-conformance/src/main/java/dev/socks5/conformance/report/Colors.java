package dev.socks5.conformance.report;

import dev.socks5.conformance.suite.Verdict;

/** Colours for a terminal, or none. */
enum Colors {
    ANSI,
    NONE;

    String bold(String text) {
        return paint("1", text);
    }

    String of(Verdict verdict, String text) {
        return switch (verdict) {
            case PASSED -> paint("32", text);
            case FAILED -> paint("1;31", text);
            case BROKEN -> paint("1;35", text);
            case NOT_OFFERED, SKIPPED -> paint("33", text);
        };
    }

    private String paint(String code, String text) {
        return this == NONE ? text : "\u001b[" + code + "m" + text + "\u001b[0m";
    }
}
