package dev.socks5.proxy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * A file to append to. Whoever opens a FIFO waits until somebody reads it: so that is left to the first write, on the
 * writer's thread. For one writer.
 */
final class LateFile extends OutputStream {

    private final Path path;
    private volatile OutputStream file; // Null before it is opened.

    private LateFile(Path path) {
        this.path = path;
    }

    /** Opens a file to append to, now unless that could wait. */
    static LateFile append(Path path) throws IOException {
        LateFile late = new LateFile(path);
        if (!late.mayWait()) {
            late.reopen();
        }
        return late;
    }

    private boolean mayWait() throws IOException {
        return Files.isWritable(path)
                && Files.readAttributes(path, BasicFileAttributes.class).isOther();
    }

    /**
     * Opens what has the name now, and goes on there: the file may have been renamed. If that fails, the old one stays.
     * To be called by the writer.
     *
     * @return whether it is a file with nothing in it
     */
    boolean reopen() throws IOException {
        OutputStream before = file;
        file = Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        if (before != null) {
            before.close();
        }
        return Files.isRegularFile(path) && Files.size(path) == 0;
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet});
    }

    @Override
    public void write(byte[] octets, int offset, int length) throws IOException {
        if (file == null) {
            reopen();
        }
        file.write(octets, offset, length);
    }

    @Override
    public void close() throws IOException {
        OutputStream out = file;
        if (out != null) {
            out.close();
        }
    }
}
