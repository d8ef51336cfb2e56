package dev.socks5.proxy;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads bytes a second: a positive number and, if it is large, K, M or G, each a thousand of the one before. */
final class Rate implements ITypeConverter<Long> {

    private static final Pattern FORM = Pattern.compile("(\\d{1,9})([KMG]?)");

    @Override
    public Long convert(String text) {
        return amount(text)
                .orElseThrow(() -> new TypeConversionException(
                        "a rate is a positive number of bytes a second, or of K, M or G, as in 500K: " + text));
    }

    /** Reads a positive number with or without a unit; empty if it is none. */
    static Optional<Long> amount(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches() && Long.parseLong(matcher.group(1)) > 0
                ? Optional.of(Long.parseLong(matcher.group(1)) * unit(matcher.group(2)))
                : Optional.empty();
    }

    private static long unit(String letter) {
        return switch (letter) {
            case "K" -> 1_000;
            case "M" -> 1_000_000;
            case "G" -> 1_000_000_000;
            default -> 1;
        };
    }
}
