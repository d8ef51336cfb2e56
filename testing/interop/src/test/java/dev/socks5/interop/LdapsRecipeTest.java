package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPException;
import dev.socks5.client.Socks5Client;
import dev.socks5.codec.Endpoint;
import dev.socks5.testing.Authority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.security.cert.CertificateException;
import java.util.Hashtable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.naming.CommunicationException;
import javax.naming.Context;
import javax.naming.NamingException;
import javax.naming.directory.DirContext;
import javax.naming.directory.InitialDirContext;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two clients of LDAPS as docs/recipes.md shows them, with a server in this process. */
@Timeout(60)
@SuppressWarnings({"BanJNDI", "JdkObsolete"}) // It is what is tested, and wants a Hashtable.
class LdapsRecipeTest {

    private static final String PROPERTY = "dev.socks5.proxy";
    private static final String TREE = "dc=test";

    private final Authority authority = new Authority();
    private InMemoryDirectoryServer directory;
    private SSLContext previous;

    @BeforeEach
    void start() throws Exception {
        SSLContext own = authority.context(authority.issue("directory", OurServer.NAME, "localhost"));
        InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig(TREE);
        config.setListenerConfigs(
                InMemoryListenerConfig.createLDAPSConfig("tls", Loopback.V4, 0, own.getServerSocketFactory(), null));
        directory = new InMemoryDirectoryServer(config);
        directory.add("dn: " + TREE, "objectClass: domain", "dc: test");
        directory.startListening();
        previous = SSLContext.getDefault();
        SSLContext.setDefault(authority.context());
    }

    @AfterEach
    void stop() {
        directory.shutDown(true);
        SSLContext.setDefault(previous);
        System.clearProperty(PROPERTY);
    }

    private int port() {
        return directory.getListenPort();
    }

    private static DirContext jndi(String uri, String host, int port, boolean timed) throws NamingException {
        // recipe: LDAPS
        System.setProperty("dev.socks5.proxy", uri); // or ALL_PROXY in the environment
        Hashtable<String, String> environment = new Hashtable<>();
        environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.ldap.LdapCtxFactory");
        environment.put(Context.PROVIDER_URL, "ldaps://" + host + ":" + port);
        environment.put("java.naming.ldap.factory.socket", "dev.socks5.client.Socks5SslSocketFactory");
        // end of recipe
        if (timed) {
            environment.put("com.sun.jndi.ldap.connect.timeout", "10000");
        }
        return new InitialDirContext(environment);
    }

    private void ask(LibraryTable.Way way, boolean timed) throws NamingException {
        ask(jndi(way.uri(), way.host(), port(), timed));
    }

    private static void ask(DirContext context) throws NamingException {
        try {
            assertThat(context.getAttributes(TREE).get("dc").get()).isEqualTo("test");
        } finally {
            context.close();
        }
    }

    private static LDAPConnection unboundId(Socks5Client client, SSLContext context, String host, int port)
            throws LDAPException {
        // recipe: LDAPS
        LDAPConnection connection = new LDAPConnection(client.sslSocketFactory(context.getSocketFactory()), host, port);
        // end of recipe
        return connection;
    }

    private void ask(LDAPConnection connection) throws LDAPException {
        try (connection) {
            assertThat(connection.getEntry(TREE).getAttributeValue("dc")).isEqualTo("test");
        }
    }

    @Test
    void jndi() throws Exception {
        LibraryTable.check("JNDI's LDAP over TLS", null, way -> ask(way, false));
    }

    @Test
    void jndiWithAConnectTimeout() throws Exception {
        LibraryTable.check("JNDI's LDAP over TLS with a connect timeout", null, way -> ask(way, true));
    }

    @Test
    void unboundId() throws Exception {
        LibraryTable.check(
                "UnboundID LDAP SDK over TLS",
                LDAPConnection.class,
                way -> ask(unboundId(way.client(), authority.context(), way.host(), port())));
    }

    @Test
    void anotherHostsCertificateIsRefused() throws Exception {
        try (OurServer server = OurServer.open()) {
            String uri = "socks5h://" + server.hostAndPort();
            assertThatThrownBy(() -> ask(jndi(uri, "127.0.0.1", port(), true)))
                    .hasRootCauseInstanceOf(CertificateException.class);
            // Without a time limit, two threads of JNDI may begin the handshake: one of them is told the reason, and
            // the other one, perhaps ours, that the connection is closed.
            assertThatThrownBy(() -> ask(jndi(uri, "127.0.0.1", port(), false)))
                    .isInstanceOf(CommunicationException.class)
                    .rootCause()
                    .isInstanceOfAny(CertificateException.class, SocketException.class);
            Socks5Client client = Socks5Client.of(uri);
            assertThatThrownBy(() -> ask(unboundId(client, authority.context(), "127.0.0.1", port())))
                    .isInstanceOf(LDAPException.class);
            assertThat(server.destinations()).hasSize(3).containsOnly(Endpoint.of("127.0.0.1", port()));
        }
    }

    /** The recipe warns of it. */
    @Test
    void aFactoryWithoutTlsSendsInClear() throws Exception {
        try (OurServer server = OurServer.open();
                ServerSocket listener = new ServerSocket(0, 1, Loopback.V4)) {
            System.setProperty(PROPERTY, "socks5h://" + server.hostAndPort());
            Hashtable<String, String> environment = new Hashtable<>();
            environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.ldap.LdapCtxFactory");
            environment.put(Context.PROVIDER_URL, "ldaps://127.0.0.1:" + listener.getLocalPort());
            environment.put("java.naming.ldap.factory.socket", "dev.socks5.client.Socks5SocketFactory");
            CompletableFuture<Integer> first = CompletableFuture.supplyAsync(() -> {
                try (Socket accepted = listener.accept()) {
                    return accepted.getInputStream().read();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            assertThatThrownBy(() -> new InitialDirContext(environment)).isInstanceOf(NamingException.class);
            assertThat(first.get(20, TimeUnit.SECONDS)).isEqualTo(0x30); // A SEQUENCE of LDAP; TLS has 0x16.
        }
    }
}
