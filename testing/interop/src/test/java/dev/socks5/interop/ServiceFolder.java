package dev.socks5.interop;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A temporary folder for a service that refuses to run as root: what is run in it runs as nobody then, who owns it. */
final class ServiceFolder implements AutoCloseable {

    private static final String USER = "nobody";
    private static final String GROUP = "nogroup";

    private final Path path;
    private final List<String> prefix;

    private ServiceFolder(Path path, List<String> prefix) {
        this.path = path;
        this.prefix = prefix;
    }

    static ServiceFolder create() throws IOException {
        Path path = Files.createTempDirectory("service");
        if (!System.getProperty("user.name").equals("root")) {
            return new ServiceFolder(path, List.of());
        }
        Files.setOwner(
                path, path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(USER));
        List<String> asNobody = Program.SETPRIV.with(
                "--reuid=" + USER, "--regid=" + GROUP, "--clear-groups", "/usr/bin/env", "--chdir=" + path);
        return new ServiceFolder(path, asNobody);
    }

    /** A file in it. */
    String file(String name) {
        return path.resolve(name).toString();
    }

    /** A command line that runs as the owner of the folder. */
    List<String> command(String... command) {
        return Stream.concat(prefix.stream(), Stream.of(command)).toList();
    }

    /** Removes one that may not have been made. */
    static void remove(@Nullable ServiceFolder folder) throws IOException {
        if (folder != null) {
            folder.close();
        }
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.walk(path)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        }
    }
}
