package dev.socks5.server.internal.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.ProtocolFamily;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.AdditionalAnswers;
import org.mockito.Mockito;

/** How the file of a socket comes to its path, and goes from there. */
@Timeout(60)
class UnixSocketTest {

    private static final Set<PosixFilePermission> OWNER = PosixFilePermissions.fromString("rw-------");
    private static final int BACKLOG = 8;

    private final Network network = new SystemNetwork();
    private final List<UnixSocket> open = new ArrayList<>();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private Path path;

    @BeforeEach
    void choosePath() {
        path = folder.resolve("proxy.sock");
    }

    @AfterEach
    void closeAll() {
        open.forEach(socket -> Channels.close(socket.channel()));
    }

    private UnixSocket bind(Network by, Set<PosixFilePermission> permissions) throws IOException {
        UnixSocket socket = UnixSocket.bind(by, path, permissions, BACKLOG);
        open.add(socket);
        return socket;
    }

    private UnixSocket bind() throws IOException {
        return bind(network, OWNER);
    }

    /** Leaves a socket behind, as a process does that is killed. */
    private void leaveStale() throws IOException {
        Channels.close(bind().channel());
        assertThat(path).exists();
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private void assertServes() throws IOException {
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
            assertThat(client.isConnected()).isTrue();
        }
    }

    private void assertRefused(String reason) throws IOException {
        List<Path> before = files();
        assertThatThrownBy(this::bind).isInstanceOf(BindException.class).hasMessageContaining(reason);
        assertThat(files()).containsExactlyInAnyOrderElementsOf(before);
    }

    /** From the moment at which it is bound, up to that at which it is at its path. */
    @ParameterizedTest
    @ValueSource(strings = {"rw-------", "rw-rw----", "rw-rw-rw-"})
    void nobodyElseCanReachItBeforeItHasItsPermissions(String permissions) throws Exception {
        UnixSocket socket = UnixSocket.hidden(network, path, PosixFilePermissions.fromString(permissions), BACKLOG);
        open.add(socket);
        assertThat(path).doesNotExist();
        Path hidden = files().get(0);
        assertThat(mode(hidden)).isEqualTo("rwx------");
        try (Stream<Path> inside = Files.list(hidden)) {
            assertThat(mode(inside.findFirst().orElseThrow())).isEqualTo(permissions);
        }
        socket.publish();
        assertThat(mode(path)).isEqualTo(permissions);
        socket.tidyUp();
        assertThat(files()).containsExactly(path);
        assertServes();
    }

    @ParameterizedTest
    @ValueSource(strings = {"proxy.sock", "r", "s"})
    void aStaleSocketIsReplaced(String name) throws Exception {
        path = folder.resolve(name);
        leaveStale();
        bind(network, PosixFilePermissions.fromString("rw-rw-rw-"));
        assertThat(mode(path)).isEqualTo("rw-rw-rw-");
        assertThat(files()).containsExactly(path);
        assertServes();
    }

    @Test
    void aLiveSocketIsNot() throws Exception {
        UnixSocket first = bind();
        assertRefused("somebody is listening there");
        assertThat(first.channel().accept()).isNotNull(); // That has asked whether somebody does.
        assertServes();
    }

    /** Where too many wait to be accepted, a further connection would have to wait as well. */
    @Test
    void norIsOneThatIsTooBusy() throws Exception {
        bind();
        List<SocketChannel> crowd = new ArrayList<>();
        try {
            assertThatThrownBy(() -> {
                        while (true) {
                            SocketChannel another = SocketChannel.open(StandardProtocolFamily.UNIX);
                            crowd.add(another);
                            another.configureBlocking(false);
                            another.connect(UnixDomainSocketAddress.of(path));
                        }
                    })
                    .isInstanceOf(SocketException.class);
            assertRefused("somebody may be listening there");
        } finally {
            crowd.forEach(Channels::close);
        }
    }

    @Test
    void aFileIsNeitherReplacedNorRemoved() throws Exception {
        Files.writeString(path, "precious");
        assertRefused("no socket");
        assertThat(path).hasContent("precious");
    }

    @Test
    void norIsAFolder() throws Exception {
        Files.createDirectory(path);
        assertRefused("no socket");
        assertThat(path).isDirectory();
    }

    @Test
    void norIsASymbolicLinkEvenToAStaleSocket() throws Exception {
        leaveStale();
        Path target = folder.resolve("target");
        Files.move(path, target);
        Files.createSymbolicLink(path, target);
        assertRefused("no socket");
        assertThat(path).isSymbolicLink();
        assertThat(target).exists();
    }

    @Test
    void norIsASymbolicLinkToNothing() throws Exception {
        Files.createSymbolicLink(path, folder.resolve("nothing"));
        assertRefused("no socket");
        assertThat(path).isSymbolicLink();
    }

    /** A network that does something first when it is asked whether somebody listens. */
    private Network doing(Runnable first) throws IOException {
        Network acting = Mockito.mock(Network.class, AdditionalAnswers.delegatesTo(network));
        SelectorProvider sockets =
                Mockito.mock(SelectorProvider.class, AdditionalAnswers.delegatesTo(network.sockets()));
        Mockito.doReturn(sockets).when(acting).sockets();
        Mockito.doAnswer(call -> {
                    first.run();
                    return network.sockets().openSocketChannel((ProtocolFamily) call.getArgument(0));
                })
                .when(sockets)
                .openSocketChannel(Mockito.any());
        return acting;
    }

    @Test
    void whatComesThereMeanwhileIsPutBack() throws Exception {
        leaveStale();
        Network swapping = doing(() -> unchecked(() -> {
            Files.deleteIfExists(path);
            Files.writeString(path, "precious");
        }));
        assertThatThrownBy(() -> bind(swapping, OWNER))
                .isInstanceOf(BindException.class)
                .hasMessageContaining("no socket");
        assertThat(path).hasContent("precious");
        assertThat(files()).containsExactly(path);
    }

    @Test
    void aServerThatIsFasterKeepsThePath() throws Exception {
        leaveStale();
        boolean[] done = new boolean[1];
        Network racing = doing(() -> unchecked(() -> {
            if (!done[0]) {
                done[0] = true;
                bind();
            }
        }));
        assertThatThrownBy(() -> bind(racing, OWNER))
                .isInstanceOf(BindException.class)
                .hasMessageContaining("somebody is listening there");
        assertThat(files()).containsExactly(path);
        assertServes();
    }

    @Test
    void aPathThatIsTooLongIsAnErrorThatSaysSo() throws Exception {
        int missing = 103 - folder.toString().length() - 1;
        path = folder.resolve("x".repeat(missing)); // This side of what Linux allows, and beyond what is allowed here.
        assertThatThrownBy(this::bind).isInstanceOf(SocketException.class).hasMessageContaining("too long");
        assertThat(files()).isEmpty();
    }

    @Test
    void aFolderThatIsNotThereIsAnError() {
        path = folder.resolve("missing").resolve("proxy.sock");
        assertThatThrownBy(this::bind).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void itIsWithdrawn() throws Exception {
        bind().withdraw();
        assertThat(files()).isEmpty();
    }

    @Test
    void anotherFileAtItsPathIsLeftAlone() throws Exception {
        UnixSocket socket = bind();
        Files.delete(path);
        Files.writeString(path, "precious");
        socket.withdraw();
        assertThat(path).hasContent("precious");
    }

    @Test
    void soIsAnothersSocket() throws Exception {
        UnixSocket first = bind();
        Files.delete(path);
        bind();
        first.withdraw();
        assertServes();
    }

    /** The system gives a new file the key of one that is gone. */
    @Test
    void onceItHasGoneItsSuccessorIsNotTakenForIt() throws Exception {
        UnixSocket first = bind();
        first.withdraw();
        Channels.close(first.channel());
        Files.deleteIfExists(path);
        bind();
        first.withdraw();
        assertServes();
    }

    private interface Action {
        void run() throws IOException;
    }

    private static void unchecked(Action action) {
        try {
            action.run();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
