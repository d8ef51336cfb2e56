package dev.socks5.proxy;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads bytes: a positive number and, if it is large, K, M or G, each a thousand of the one before. */
final class Size implements ITypeConverter<Long> {

    @Override
    public Long convert(String text) {
        return Rate.amount(text)
                .orElseThrow(() -> new TypeConversionException(
                        "a size is a positive number of bytes, or of K, M or G, as in 64M: " + text));
    }
}
