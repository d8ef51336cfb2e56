package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.Endpoint;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** MariaDB's driver as docs/recipes.md shows it, with a real MariaDB. */
@Timeout(120)
class MariaDbRecipeTest {

    private static final String PROPERTY = "dev.socks5.proxy";

    private static ServiceFolder folder;
    private static Daemon database;

    @BeforeAll
    static void start() throws Exception {
        String program = Program.MARIADBD.require();
        Program.MY_PRINT_DEFAULTS.require(); // for mariadb-install-db
        folder = ServiceFolder.create();
        Run run = Run.of(folder.command(
                Program.MARIADB_INSTALL_DB.require(),
                "--no-defaults",
                "--datadir=" + folder.file("data"),
                "--auth-root-authentication-method=normal",
                "--skip-test-db"));
        assertThat(run.status()).as(run.output() + run.errors()).isZero();
        Path tables = Path.of(folder.file("tables.sql"));
        Files.writeString(tables, "create user app@'%' identified by 'of-mariadb';\n");
        database = Daemon.start(port -> folder.command(
                program,
                "--no-defaults",
                "--datadir=" + folder.file("data"),
                "--socket=" + folder.file("socket"),
                "--pid-file=" + folder.file("pid"),
                "--init-file=" + tables,
                "--bind-address=127.0.0.1",
                "--skip-name-resolve",
                "--port=" + port));
    }

    @AfterAll
    static void stop() throws Exception {
        Daemon.stop(database);
        ServiceFolder.remove(folder);
    }

    @AfterEach
    void clear() {
        System.clearProperty(PROPERTY);
    }

    private static Connection connect(String uri) throws SQLException {
        return connect(OurServer.NAME, uri);
    }

    private static Connection connect(String host, String uri) throws SQLException {
        int port = database.address().getPort();
        // recipe: MariaDB
        System.setProperty("dev.socks5.proxy", uri); // or ALL_PROXY in the environment
        Connection connection = DriverManager.getConnection(
                "jdbc:mariadb://" + host + ":" + port + "/?socketFactory=dev.socks5.client.Socks5SocketFactory",
                "app",
                "of-mariadb");
        // end of recipe
        return connection;
    }

    private static String uri(OurServer server, String password) {
        return "socks5h://" + OurServer.USER + ":" + password + "@" + server.hostAndPort();
    }

    @Test
    void isReachedOnlyThroughTheProxyWhichLooksTheNameUp() throws Exception {
        assertThatThrownBy(() -> InetAddress.getByName(OurServer.NAME)).isInstanceOf(UnknownHostException.class);
        try (OurServer server = OurServer.withLogin();
                Connection connection = connect(uri(server, OurServer.PASSWORD));
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select repeat('x', 1000000)")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString(1)).hasSize(1_000_000);
            assertThat(server.destinations())
                    .containsExactly(
                            Endpoint.of(OurServer.NAME, database.address().getPort()));
        }
    }

    @Test
    void aWrongProxyPasswordIsToldAsThat() throws Exception {
        try (OurServer server = OurServer.withLogin()) {
            assertThatThrownBy(() -> connect(uri(server, "wr0ng")))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("the proxy did not accept the user name and password")
                    .hasMessageNotContaining("wr0ng")
                    .hasRootCauseInstanceOf(AuthenticationFailedException.class);
            assertThat(server.destinations()).isEmpty();
        }
    }

    @Test
    void withoutAProxyNothingGoesDirect() {
        assertThatThrownBy(() -> connect(""))
                .isInstanceOf(SQLException.class)
                .hasStackTraceContaining("no SOCKS5 proxy is set");
    }

    @Test
    void theTableSaysWhatTheProxyIsAskedFor() throws Exception {
        LibraryTable.check("MariaDB Connector/J", org.mariadb.jdbc.Driver.class, way -> {
            try (Connection connection = connect(way.host(), way.uri());
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("select 1")) {
                assertThat(rows.next()).isTrue();
            }
        });
    }
}
