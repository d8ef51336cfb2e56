package dev.socks5.proxy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * A file to append to that is opened by the first write, on the writer's thread: whoever opens a FIFO waits until
 * somebody reads it. For one writer.
 */
final class LateFile extends OutputStream {

    private final Path path;
    private volatile OutputStream file; // Null before the first write.

    private LateFile(Path path) {
        this.path = path;
    }

    /** Opens a file to append to, now unless that could wait. */
    static OutputStream append(Path path) throws IOException {
        return mayWait(path) ? new LateFile(path) : open(path);
    }

    private static boolean mayWait(Path path) throws IOException {
        return Files.isWritable(path)
                && Files.readAttributes(path, BasicFileAttributes.class).isOther();
    }

    private static OutputStream open(Path path) throws IOException {
        return Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet});
    }

    @Override
    public void write(byte[] octets, int offset, int length) throws IOException {
        OutputStream out = file;
        if (out == null) {
            out = open(path);
            file = out;
        }
        out.write(octets, offset, length);
    }

    @Override
    public void close() throws IOException {
        OutputStream out = file;
        if (out != null) {
            out.close();
        }
    }
}
