package dev.socks5.benchmarks.compare;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/** The servers that need no {@code --server}: ours, and those of others that are here. */
final class KnownServers {

    /** Ours, to which the others are compared. */
    static final String OURS = "socks5";

    private final Path java;
    private final Path jar;

    /**
     * Servers that run on one JVM.
     *
     * @param javaHome the JVM
     * @param jar our server
     */
    KnownServers(Path javaHome, Path jar) {
        this.java = javaHome.resolve("bin").resolve("java");
        this.jar = jar;
    }

    /** Ours first, then those that are installed. */
    List<Server> installed() {
        List<Server> servers = new ArrayList<>();
        servers.add(new Server(
                OURS, (port, folder) -> ours(port), command(java, "-jar", jar, "--version"), measure -> true));
        // What a small heap changes besides memory is not compared.
        servers.add(new Server(
                OURS + " -Xmx64m", (port, folder) -> ours(port, "-Xmx64m"), List.of(), Comparison::isOfMemory));
        find("danted")
                .ifPresent(danted -> servers.add(new Server(
                        "danted",
                        (port, folder) -> command(danted, "-f", dantedConfiguration(port, folder, "none")),
                        command(danted, "-v"),
                        measure -> true)));
        find("microsocks")
                .ifPresent(microsocks ->
                        servers.add(new Server("microsocks", (port, folder) -> microsocks(microsocks, port))));
        servers.add(new Server("Netty example", (port, folder) -> netty(port), netty(), measure -> true));
        return servers;
    }

    private List<String> ours(int port, String... jvmOptions) {
        return Stream.of(
                        command(java),
                        List.of(jvmOptions),
                        // What the load goes to is on this machine, which the default rules guard.
                        command("-jar", jar, "--listen", "127.0.0.1:" + port, "--allow", "127.0.0.0/8"))
                .flatMap(List::stream)
                .toList();
    }

    private List<String> netty(Object... port) {
        List<String> start = command(java, "-cp", System.getProperty("java.class.path"), NettyExample.class.getName());
        return Stream.of(start, command(port)).flatMap(List::stream).toList();
    }

    /** It writes a line for every connection. */
    private static List<String> microsocks(Path microsocks, int port) {
        return command("/bin/sh", "-c", "exec \"$0\" -i 127.0.0.1 -p $1 2>/dev/null", microsocks, port);
    }

    /**
     * A configuration of Dante's that lets clients of this host go anywhere.
     *
     * @param method how they log in
     * @param settings of the rule for clients
     */
    static Path dantedConfiguration(int port, Path folder, String method, String... settings) throws IOException {
        String user = System.getProperty("user.name");
        NetworkInterface loopback =
                Objects.requireNonNull(NetworkInterface.getByInetAddress(InetAddress.getByName("127.0.0.1")));
        return Files.write(
                folder.resolve("danted-" + port + ".conf"),
                List.of(
                        "errorlog: stderr",
                        "internal: 127.0.0.1 port = " + port,
                        "external: " + loopback.getName(),
                        "clientmethod: none",
                        "socksmethod: " + method,
                        "user.privileged: " + user,
                        "user.unprivileged: " + user,
                        "client pass {\nfrom: 127.0.0.0/8 to: 0/0\n" + String.join("\n", settings) + "\n}",
                        "socks pass { from: 0/0 to: 0/0 }"));
    }

    /** Finds a program that is installed. */
    static Optional<Path> find(String program) {
        // Daemons live in sbin, which users seldom have on their PATH.
        return Stream.concat(Stream.of(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/sbin"))
                .map(folder -> Path.of(folder).resolve(program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    static List<String> command(Object... words) {
        return Stream.of(words).map(Object::toString).toList();
    }
}
