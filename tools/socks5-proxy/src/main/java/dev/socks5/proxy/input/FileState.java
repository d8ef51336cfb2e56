package dev.socks5.proxy.input;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** What tells a file from the same file after a change, without reading it. */
public final class FileState {

    private FileState() {}

    /** Describes a file, for comparison alone. Follows links. */
    public static String of(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return attributes.lastModifiedTime() + " " + attributes.size() + " " + attributes.fileKey();
        } catch (IOException e) {
            return "cannot be read";
        }
    }
}
