package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.socks5.client.Socks5Client;
import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.Endpoint;
import dev.socks5.testing.Authority;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Store;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.security.cert.CertificateException;
import java.util.Properties;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Jakarta Mail over TLS as docs/recipes.md shows it. */
@Timeout(60)
class MailOverTlsRecipeTest {

    private static final String PROPERTY = "dev.socks5.proxy";

    private final Authority authority = new Authority();
    private final GreenMail mail = new GreenMail(new ServerSetup[] {
        new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP),
        new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_IMAP)
    });
    private SSLContext previous;
    private TlsFront smtp;
    private TlsFront imap;

    @BeforeEach
    void start() throws Exception {
        mail.start();
        mail.setUser("bob@mail.test", "bob", "of-bob");
        SSLContext own = authority.context(authority.issue("mail", OurServer.NAME, "localhost"));
        smtp = new TlsFront(own, mail.getSmtp().getPort());
        imap = new TlsFront(own, mail.getImap().getPort());
        previous = SSLContext.getDefault();
        SSLContext.setDefault(authority.context());
    }

    @AfterEach
    void stop() throws Exception {
        imap.close();
        smtp.close();
        mail.stop();
        SSLContext.setDefault(previous);
        System.clearProperty(PROPERTY);
    }

    private static Properties recipe(Socks5Client client, String host, int port) {
        // recipe: Jakarta Mail over TLS
        Properties properties = new Properties();
        properties.put("mail.imap.host", host);
        properties.put("mail.imap.port", port);
        properties.put("mail.imap.ssl.enable", "true");
        properties.put("mail.imap.socketFactory", client.socketFactory());
        properties.put("mail.imap.socketFactory.fallback", "false"); // the default goes direct after a failure
        // end of recipe
        return properties;
    }

    private static Properties byName(String host, int port) {
        Properties properties = new Properties();
        properties.put("mail.imap.host", host);
        properties.put("mail.imap.port", port);
        properties.put("mail.imap.ssl.enable", "true");
        properties.put("mail.imap.ssl.socketFactory.class", "dev.socks5.client.Socks5SslSocketFactory");
        properties.put("mail.imap.socketFactory.fallback", "false");
        return properties;
    }

    private static Properties forSmtp(Properties imap) {
        Properties smtp = new Properties();
        imap.forEach((key, value) -> smtp.put(key.toString().replace("imap", "smtp"), value));
        return smtp;
    }

    private static Socks5Client client(OurServer server, String password) {
        return Socks5Client.builder()
                .proxy(server.address())
                .credentials(OurServer.USER, password)
                .build();
    }

    /** The JDK keeps what it took for the default factory of TLS at first, which another test has made it do. */
    private static Properties trusting(String host, Properties properties) {
        properties.put("mail.imap.ssl.trust", host);
        return properties;
    }

    private static void read(Properties properties) throws MessagingException {
        try (Store store = Session.getInstance(properties).getStore("imap")) {
            store.connect("bob", "of-bob");
            assertThat(store.getFolder("INBOX").exists()).isTrue();
        }
    }

    private static void send(Properties properties) throws MessagingException {
        Message message = new MimeMessage(Session.getInstance(properties));
        message.setFrom(new InternetAddress("alice@mail.test"));
        message.setRecipient(Message.RecipientType.TO, new InternetAddress("bob@mail.test"));
        message.setText("text");
        Transport.send(message);
    }

    @Test
    void readsAndSends() throws Exception {
        try (OurServer server = OurServer.withLogin()) {
            Socks5Client client = client(server, OurServer.PASSWORD);
            send(forSmtp(trusting(OurServer.NAME, recipe(client, OurServer.NAME, smtp.port()))));
            assertThat(mail.getReceivedMessages()).hasSize(1);
            read(trusting(OurServer.NAME, recipe(client, OurServer.NAME, imap.port())));
            assertThat(server.destinations())
                    .containsExactly(
                            Endpoint.of(OurServer.NAME, smtp.port()), Endpoint.of(OurServer.NAME, imap.port()));
        }
    }

    @Test
    void readsByTheNameOfTheClass() throws Exception {
        try (OurServer server = OurServer.open()) {
            System.setProperty(PROPERTY, "socks5h://" + server.hostAndPort());
            read(byName(OurServer.NAME, imap.port()));
            assertThat(server.destinations()).containsExactly(Endpoint.of(OurServer.NAME, imap.port()));
        }
    }

    @Test
    void anotherHostsCertificateIsRefused() throws Exception {
        try (OurServer server = OurServer.open()) {
            String uri = "socks5h://" + server.hostAndPort();
            Properties properties = trusting("127.0.0.1", recipe(Socks5Client.of(uri), "127.0.0.1", imap.port()));
            assertThatThrownBy(() -> read(properties)).isInstanceOf(MessagingException.class);
            assertThat(server.destinations()).containsExactly(Endpoint.of("127.0.0.1", imap.port()));
            properties.put("mail.imap.ssl.checkserveridentity", "false");
            read(properties);
        }
    }

    @Test
    void byTheNameOfTheClassItIsRefusedInAnyCase() throws Exception {
        try (OurServer server = OurServer.open()) {
            System.setProperty(PROPERTY, "socks5h://" + server.hostAndPort());
            Properties properties = byName("127.0.0.1", imap.port());
            properties.put("mail.imap.ssl.checkserveridentity", "false");
            assertThatThrownBy(() -> read(properties)).hasRootCauseInstanceOf(CertificateException.class);
            assertThat(server.destinations()).containsExactly(Endpoint.of("127.0.0.1", imap.port()));
        }
    }

    /** Angus Mail makes the socket by itself then, and has the factory do nothing but TLS. */
    @Test
    void aFactoryOfTlsRefusesWhatGoesDirect() throws Exception {
        try (OurServer server = OurServer.open()) {
            Socks5Client client = Socks5Client.of("socks5h://" + server.hostAndPort());
            Properties properties = recipe(client, "localhost", imap.port());
            properties.put("mail.imap.ssl.socketFactory", client.sslSocketFactory());
            assertThatThrownBy(() -> read(properties))
                    .isInstanceOf(MessagingException.class)
                    .hasMessageContaining("may not go through the proxy");
            assertThat(server.destinations()).isEmpty();
        }
    }

    @Test
    void doesNotGoDirectIfTheProxyRefuses() throws Exception {
        try (OurServer server = OurServer.withLogin()) {
            Properties properties = recipe(client(server, "wrong"), "localhost", imap.port());
            assertThatThrownBy(() -> read(properties)).hasRootCauseInstanceOf(AuthenticationFailedException.class);
        }
    }

    @Test
    void theTableSaysWhatTheProxyIsAskedFor() throws Exception {
        LibraryTable.check(
                "Angus Mail over TLS",
                org.eclipse.angus.mail.imap.IMAPStore.class,
                way -> read(trusting(way.host(), recipe(way.client(), way.host(), imap.port()))));
    }
}
