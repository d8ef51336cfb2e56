package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.sdk.LDAPConnection;
import dev.socks5.codec.Endpoint;
import java.util.Hashtable;
import javax.naming.Context;
import javax.naming.NamingException;
import javax.naming.directory.DirContext;
import javax.naming.directory.InitialDirContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** JNDI's LDAP and another client, with a server in this process. */
@Timeout(60)
@SuppressWarnings({"BanJNDI", "JdkObsolete"}) // It is what is tested, and wants a Hashtable.
class LdapTest {

    private static final String PROPERTY = "dev.socks5.proxy";
    private static final String TREE = "dc=test";

    private InMemoryDirectoryServer directory;

    @BeforeEach
    void start() throws Exception {
        InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig(TREE);
        config.setListenerConfigs(InMemoryListenerConfig.createLDAPConfig("plain", Loopback.V4, 0, null));
        directory = new InMemoryDirectoryServer(config);
        directory.add("dn: " + TREE, "objectClass: domain", "dc: test");
        directory.startListening();
    }

    @AfterEach
    void stop() {
        directory.shutDown(true);
        System.clearProperty(PROPERTY);
    }

    private Hashtable<String, String> environment(String uri, String host) {
        System.setProperty(PROPERTY, uri);
        Hashtable<String, String> environment = new Hashtable<>();
        environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.ldap.LdapCtxFactory");
        environment.put(Context.PROVIDER_URL, "ldap://" + host + ":" + directory.getListenPort());
        environment.put("java.naming.ldap.factory.socket", "dev.socks5.client.Socks5SocketFactory");
        return environment;
    }

    private static void ask(Hashtable<String, String> environment) throws NamingException {
        DirContext context = new InitialDirContext(environment);
        try {
            assertThat(context.getAttributes(TREE).get("dc").get()).isEqualTo("test");
        } finally {
            context.close();
        }
    }

    @Test
    void jndi() throws Exception {
        LibraryTable.check("JNDI's LDAP", null, way -> ask(environment(way.uri(), way.host())));
    }

    @Test
    void jndiWithAConnectTimeout() throws Exception {
        LibraryTable.check("JNDI's LDAP with a connect timeout", null, way -> {
            Hashtable<String, String> environment = environment(way.uri(), way.host());
            environment.put("com.sun.jndi.ldap.connect.timeout", "10000");
            ask(environment);
        });
    }

    @Test
    void jndiPoolsItsConnections() throws Exception {
        try (OurServer server = OurServer.open()) {
            for (int i = 0; i < 3; i++) {
                Hashtable<String, String> environment =
                        environment("socks5h://" + server.hostAndPort(), OurServer.NAME);
                environment.put("com.sun.jndi.ldap.connect.pool", "true");
                ask(environment);
            }
            assertThat(server.destinations()).containsExactly(Endpoint.of(OurServer.NAME, directory.getListenPort()));
        }
    }

    @Test
    void unboundId() throws Exception {
        LibraryTable.check("UnboundID LDAP SDK", LDAPConnection.class, way -> {
            try (LDAPConnection connection =
                    new LDAPConnection(way.client().socketFactory(), way.host(), directory.getListenPort())) {
                assertThat(connection.getEntry(TREE).getAttributeValue("dc")).isEqualTo("test");
            }
        });
    }
}
