package dev.socks5.interop;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5Server;
import dev.socks5.server.Socks5ServerListener;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that reach our server by a path: without a network, and in the name of another user. */
@Timeout(120)
class UnixPathTest {

    private static final String NOBODY = "65534";

    /** How often the server is started while another user tries to get in. */
    private static final int STARTS = 100;

    /**
     * Tries to connect all the time, by every name that appears in the folder or in one that it can list, until a file
     * tells it to stop. Prints a line when it has got in.
     */
    private static final String BURGLAR = """
            use Socket;
            use strict;
            $| = 1;
            my ($folder, $name) = @ARGV;
            print "trying\n";
            until (-e "$folder/stop") {
                opendir(my $dir, $folder);
                my @hidden = map { "$folder/$_/$name" } grep { /^\\.\\w/ } readdir($dir);
                closedir($dir);
                for my $path ("$folder/$name", @hidden) {
                    socket(my $s, PF_UNIX, SOCK_STREAM, 0) or die;
                    if (connect($s, pack_sockaddr_un($path))) {
                        print "in by $path\n";
                        exit 0;
                    }
                }
            }
            """;

    private final BlockingQueue<String> clients = new LinkedBlockingQueue<>();

    @TempDir
    Path folder;

    /** Others may enter the folder: the permissions of the socket alone keep them out. */
    @BeforeEach
    void openFolder() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Path path() {
        return folder.resolve("proxy.sock");
    }

    private Socks5Server server(String permissions) throws IOException {
        Socks5ServerListener listener = new Socks5ServerListener() {
            @Override
            public void requested(SessionInfo session) {
                clients.add(session.client().toString());
            }
        };
        return Socks5Server.builder()
                .listenUnix(path(), PosixFilePermissions.fromString(permissions))
                .listener(listener)
                .start();
    }

    private Run curl(List<String> as, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(as);
        command.addAll(Program.CURL.with("--silent", "--show-error", "--max-time", "20", "--output", "-"));
        command.addAll(List.of(arguments));
        return Run.of(command);
    }

    private String[] proxied(Origin origin) {
        return new String[] {"--proxy", "socks5h://localhost" + path(), origin.url("127.0.0.1")};
    }

    private static void assertFetched(Run run) {
        assertThat(run.errors()).isEmpty();
        assertThat(run.status()).isZero();
        assertThat(Origin.digest(run.output().getBytes(ISO_8859_1))).isEqualTo(Origin.digest(Origin.BODY));
    }

    private String nextClient() throws InterruptedException {
        return clients.poll(20, TimeUnit.SECONDS);
    }

    @Test
    void curlFetchesByAPath() throws Exception {
        try (Socks5Server server = server("rw-------");
                Origin origin = Origin.web()) {
            assertThat(server.localAddresses()).isEmpty();
            assertFetched(curl(List.of(), proxied(origin)));
            assertThat(nextClient()).isEqualTo("unix:" + System.getProperty("user.name"));
        }
    }

    /** Where the kernel lets nobody have a network of its own, there is nothing to show. */
    private static List<String> withoutNetwork() throws Exception {
        for (List<String> unshare :
                List.of(Program.UNSHARE.with("--net"), Program.UNSHARE.with("--net", "--map-root-user"))) {
            if (Run.of(Stream.concat(unshare.stream(), Stream.of("true")).toList())
                            .status()
                    == 0) {
                return unshare;
            }
        }
        System.out.println("Skipped: this kernel gives nobody a network of its own (unshare --net)");
        return abort("unshare --net is not permitted here");
    }

    @Test
    void aProgramWithoutANetworkHasThePath() throws Exception {
        List<String> unshare = withoutNetwork();
        try (Socks5Server server = server("rw-------");
                Origin origin = Origin.web()) {
            assertThat(server.localPaths()).containsExactly(path());
            assertThat(curl(unshare, origin.url("127.0.0.1")).status()).isEqualTo(7); // It could not connect.
            assertFetched(curl(unshare, proxied(origin)));
        }
    }

    /** Another user of this host, which only the administrator can be. */
    private static List<String> asNobody() {
        if (!System.getProperty("user.name").equals("root")) {
            Program.missing("tests of another user's rights run as root");
        }
        return Program.SETPRIV.with("--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-------", "rw-rw----", "rw-r--r--"})
    void anotherUserIsKeptOutByThePermissions(String permissions) throws Exception {
        try (Socks5Server server = server(permissions);
                Origin origin = Origin.web()) {
            assertThat(server.localPaths()).containsExactly(path());
            assertThat(curl(asNobody(), proxied(origin)).status()).isNotZero();
            assertThat(clients).isEmpty();
        }
    }

    @Test
    void anotherUserIsLetInByThePermissionsAndKnown() throws Exception {
        try (Socks5Server server = server("rw-rw-rw-");
                Origin origin = Origin.web()) {
            assertThat(server.localPaths()).containsExactly(path());
            assertFetched(curl(asNobody(), proxied(origin)));
            assertThat(nextClient()).isEqualTo("unix:nobody");
        }
    }

    private Process burglar() throws IOException {
        List<String> command = new ArrayList<>(asNobody());
        command.addAll(Program.PERL.with(
                "-e", BURGLAR, folder.toString(), path().getFileName().toString()));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    /** In no moment of any start, and by none of the names that the socket has. */
    @Test
    void anotherUserIsKeptOutFromTheFirstMoment() throws Exception {
        Process burglar = burglar();
        try (BufferedReader says = burglar.inputReader()) {
            assertThat(says.readLine()).isEqualTo("trying");
            for (int i = 0; i < STARTS; i++) {
                server("rw-------").close();
            }
            Files.createFile(folder.resolve("stop"));
            assertThat(says.readLine()).isNull();
            assertThat(burglar.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(burglar.exitValue()).isZero();
        } finally {
            burglar.destroyForcibly();
        }
    }

    /** The test above could not fail if this did not hold. */
    @Test
    void whoTriesAllTheTimeGetsInWhereItMay() throws Exception {
        Process burglar = burglar();
        try (BufferedReader says = burglar.inputReader()) {
            assertThat(says.readLine()).isEqualTo("trying");
            try (Socks5Server server = server("rw-rw-rw-")) {
                assertThat(server.localPaths()).containsExactly(path());
                assertThat(says.readLine()).isEqualTo("in by " + path());
            }
        } finally {
            burglar.destroyForcibly();
        }
    }
}
