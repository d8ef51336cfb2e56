package dev.socks5.proxy;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Files that the operator has written, in UTF-8 whatever the locale. */
final class TextFile {

    private static final String BYTE_ORDER_MARK = "\ufeff";

    private TextFile() {}

    /**
     * Reads a file, without a byte order mark.
     *
     * @throws IllegalArgumentException if it is not in UTF-8
     */
    static String read(Path file) throws IOException {
        try {
            return Files.readString(file).replaceFirst("^" + BYTE_ORDER_MARK, "");
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("not in UTF-8", e);
        }
    }

    /** Why a file could not be read or written, in words. */
    static String reason(IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return "no such file or directory";
        }
        if (failure instanceof AccessDeniedException) {
            return "permission denied";
        }
        String reason = failure instanceof FileSystemException system ? system.getReason() : failure.getMessage();
        return reason == null ? failure.toString() : reason;
    }
}
