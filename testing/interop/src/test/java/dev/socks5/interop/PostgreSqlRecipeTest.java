package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.client.LocalForward;
import dev.socks5.client.Socks5Client;
import dev.socks5.client.Socks5SocketFactory;
import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.Endpoint;
import dev.socks5.server.PasswordAuthenticator;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.util.PSQLException;

/** PostgreSQL's driver and its program as docs/recipes.md shows them, with a real PostgreSQL. */
@Timeout(120)
class PostgreSqlRecipeTest {

    /** What has a meaning in URIs, in JDBC URLs, or in both. */
    private static final String AWKWARD = "p%4&w?#/@: +\u00e9";

    private static ServiceFolder folder;
    private static Daemon database;

    @BeforeAll
    static void start() throws Exception {
        folder = ServiceFolder.create();
        String data = folder.file("data");
        String initdb = Program.INITDB.require();
        Run run = Run.of(folder.command(
                initdb,
                "--pgdata=" + data,
                "--username=postgres",
                "--auth=trust",
                "--no-locale",
                "--encoding=UTF8",
                "--no-sync"));
        assertThat(run.status()).as(run.errors()).isZero();
        String postgres = Program.POSTGRES.require();
        database = Daemon.start(port -> folder.command(
                postgres, "-D", data, "-h", "127.0.0.1", "-p", Integer.toString(port), "-k", "", "-c", "fsync=off"));
    }

    @AfterAll
    static void stop() throws Exception {
        Daemon.stop(database);
        ServiceFolder.remove(folder);
    }

    private static Connection connect(String uri) throws SQLException {
        return connect(OurServer.NAME, uri);
    }

    private static Connection connect(String host, String uri) throws SQLException {
        int port = database.address().getPort();
        // recipe: PostgreSQL
        Properties properties = new Properties();
        properties.setProperty("user", "postgres");
        properties.setProperty("socketFactory", "dev.socks5.client.Socks5SocketFactory");
        properties.setProperty("socketFactoryArg", uri); // socks5h://alice:secret@proxy.example:1080
        Connection connection =
                DriverManager.getConnection("jdbc:postgresql://" + host + ":" + port + "/postgres", properties);
        // end of recipe
        return connection;
    }

    private static String uri(OurServer server, String login) {
        return "socks5h://" + login + "@" + server.hostAndPort();
    }

    private static void assertAnswers(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select sum(n), count(*) from generate_series(1, 100000) n")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getLong(1)).isEqualTo(5_000_050_000L);
        }
    }

    @Test
    void isReachedOnlyThroughTheProxyWhichLooksTheNameUp() throws Exception {
        assertThatThrownBy(() -> InetAddress.getByName(OurServer.NAME)).isInstanceOf(UnknownHostException.class);
        try (OurServer server = OurServer.withLogin();
                Connection connection = connect(uri(server, OurServer.USER + ":" + OurServer.PASSWORD))) {
            assertAnswers(connection);
            assertThat(server.destinations())
                    .containsExactly(
                            Endpoint.of(OurServer.NAME, database.address().getPort()));
        }
    }

    @Test
    void aWrongProxyPasswordIsToldAsThat() throws Exception {
        try (OurServer server = OurServer.withLogin()) {
            assertThatThrownBy(() -> connect(uri(server, OurServer.USER + ":wr0ng")))
                    .isInstanceOf(PSQLException.class)
                    .hasRootCauseInstanceOf(AuthenticationFailedException.class)
                    .rootCause()
                    .hasMessageContaining("the proxy did not accept the user name and password")
                    .hasMessageContaining(server.hostAndPort())
                    .hasMessageNotContaining("wr0ng");
            assertThat(server.destinations()).isEmpty();
        }
    }

    @Test
    void withoutTheProxyThereIsNoConnection() throws Exception {
        try (Socket nobody = Loopback.refusing()) {
            assertThatThrownBy(() -> connect("socks5h://127.0.0.1:" + nobody.getLocalPort()))
                    .isInstanceOf(PSQLException.class)
                    .hasStackTraceContaining(ConnectException.class.getName())
                    .hasStackTraceContaining("cannot reach the proxy");
        }
    }

    @Test
    void anAwkwardPasswordIsEncodedOnceInPropertiesAndTwiceInTheUrl() throws Exception {
        try (OurServer server = OurServer.with(
                settings -> settings.authenticator(PasswordAuthenticator.of(Map.of("alice", AWKWARD))))) {
            String once = "p%254%26w%3F%23%2F%40%3A%20+%C3%A9";
            try (Connection connection = connect(uri(server, "alice:" + once))) {
                assertAnswers(connection);
            }
            String twice = "p%25254%2526w%253F%2523%252F%2540%253A%2520%2B%25C3%25A9";
            try (Connection connection = DriverManager.getConnection(
                    "jdbc:postgresql://%s:%d/postgres?user=postgres&socketFactory=%s&socketFactoryArg=%s"
                            .formatted(
                                    OurServer.NAME,
                                    database.address().getPort(),
                                    Socks5SocketFactory.class.getName(),
                                    uri(server, "alice:" + twice)))) {
                assertAnswers(connection);
            }
        }
    }

    /** The database's own program knows no proxy; the proxy is somebody else's. */
    @Nested
    class Psql {

        private static final String QUERY = "select sum(n) from generate_series(1, 100000) n";

        private Run psql(int port) throws Exception {
            return Run.of(Program.PSQL.with(
                    "--no-psqlrc",
                    "--tuples-only",
                    "--no-align",
                    "--host=127.0.0.1",
                    "--port=" + port,
                    "--username=postgres",
                    "--command=" + QUERY));
        }

        private Daemon microsocks() throws Exception {
            return Daemon.start(port -> Program.MICROSOCKS.with(
                    "-i", "127.0.0.1", "-p", "" + port, "-u", OurServer.USER, "-P", OurServer.PASSWORD));
        }

        private String uri(Daemon proxy, String password) {
            return "socks5h://" + OurServer.USER + ":" + password + "@" + Endpoint.of(proxy.address());
        }

        @Test
        void goesThroughAForward() throws Exception {
            Endpoint database = Endpoint.of(PostgreSqlRecipeTest.database.address());
            InetSocketAddress any = new InetSocketAddress("127.0.0.1", 0);
            try (Daemon proxy = microsocks()) {
                Socks5Client client = Socks5Client.of(uri(proxy, OurServer.PASSWORD));
                // recipe: Programs that know no proxy
                try (LocalForward forward = client.forward(any, database)) {
                    Run run = psql(forward.localAddress().getPort()); // psql --host=127.0.0.1 --port=...
                    // end of recipe
                    assertThat(run.errors()).isEmpty();
                    assertThat(run.output()).isEqualTo("5000050000\n");
                }
            }
        }

        @Test
        void goesThroughTheForwardOfTheCommandLineWhosePasswordIsInAFile() throws Exception {
            try (Daemon proxy = microsocks();
                    Daemon forward = forward("--proxy=" + uri(proxy, OurServer.PASSWORD))) {
                Run run = psql(forward.address().getPort());
                assertThat(run.errors()).isEmpty();
                assertThat(run.output()).isEqualTo("5000050000\n");
            }
        }

        private Daemon forward(String option) throws Exception {
            Path options = Files.writeString(Path.of(folder.file("options")), option);
            return Daemon.start(port -> List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "dev.socks5.proxy.ServerCommand",
                    "forward",
                    "@" + options,
                    port + "=" + Endpoint.of(database.address())));
        }
    }

    @Test
    void theTableSaysWhatTheProxyIsAskedFor() throws Exception {
        LibraryTable.check("PostgreSQL JDBC", PSQLException.class, way -> {
            try (Connection connection = connect(way.host(), way.uri())) {
                assertAnswers(connection);
            }
        });
    }
}
