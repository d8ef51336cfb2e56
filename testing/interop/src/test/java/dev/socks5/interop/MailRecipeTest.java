package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.socks5.bridge.HttpBridge;
import dev.socks5.client.Socks5Client;
import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.Endpoint;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Store;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Jakarta Mail as docs/recipes.md shows it. */
@Timeout(60)
class MailRecipeTest {

    private final GreenMail mail = new GreenMail(new ServerSetup[] {
        new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP),
        new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTPS),
        new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_IMAP)
    });

    @BeforeEach
    void start() {
        mail.start();
        mail.setUser("bob@mail.test", "bob", "of-bob");
    }

    @AfterEach
    void stop() {
        mail.stop();
    }

    private static Properties recipe(Socks5Client client, String host, int port) {
        // recipe: Jakarta Mail
        Properties properties = new Properties();
        properties.put("mail.smtp.host", host);
        properties.put("mail.smtp.port", port);
        properties.put("mail.smtp.socketFactory", client.socketFactory());
        properties.put("mail.smtp.socketFactory.fallback", "false"); // the default goes direct after a failure
        // end of recipe
        return properties;
    }

    private static Properties bridged(HttpBridge bridge, String host, int port) {
        // recipe: Jakarta Mail
        Properties properties = new Properties();
        properties.put("mail.smtp.host", host);
        properties.put("mail.smtp.port", port);
        properties.put("mail.smtp.proxy.host", bridge.address().getHostString());
        properties.put("mail.smtp.proxy.port", bridge.address().getPort());
        // end of recipe
        return properties;
    }

    private static Properties forImap(Properties smtp) {
        Properties imap = new Properties();
        smtp.forEach((key, value) -> imap.put(key.toString().replace("smtp", "imap"), value));
        return imap;
    }

    private static Socks5Client client(OurServer server, String password) {
        return Socks5Client.builder()
                .proxy(server.address())
                .credentials(OurServer.USER, password)
                .build();
    }

    private static void send(Properties properties) throws MessagingException {
        Message message = new MimeMessage(Session.getInstance(properties));
        message.setFrom(new InternetAddress("alice@mail.test"));
        message.setRecipient(Message.RecipientType.TO, new InternetAddress("bob@mail.test"));
        message.setSubject("through the proxy");
        message.setText("text");
        Transport.send(message);
    }

    @Test
    void sendsTheNameToTheProxy() throws Exception {
        try (OurServer server = OurServer.withLogin()) {
            int port = mail.getSmtp().getPort();
            send(recipe(client(server, OurServer.PASSWORD), OurServer.NAME, port));
            assertThat(mail.getReceivedMessages())
                    .singleElement()
                    .satisfies(message -> assertThat(message.getSubject()).isEqualTo("through the proxy"));
            assertThat(server.destinations()).containsExactly(Endpoint.of(OurServer.NAME, port));
        }
    }

    @Test
    void readsMail() throws Exception {
        try (OurServer server = OurServer.withLogin()) {
            int port = mail.getImap().getPort();
            read(forImap(recipe(client(server, OurServer.PASSWORD), OurServer.NAME, port)));
            assertThat(server.destinations()).containsExactly(Endpoint.of(OurServer.NAME, port));
        }
    }

    @Test
    void sendsAndReadsThroughTheBridge() throws Exception {
        try (OurServer server = OurServer.withLogin();
                HttpBridge bridge = HttpBridge.open(client(server, OurServer.PASSWORD))) {
            int smtp = mail.getSmtp().getPort();
            int imap = mail.getImap().getPort();
            send(bridged(bridge, OurServer.NAME, smtp));
            assertThat(mail.getReceivedMessages()).hasSize(1);
            read(forImap(bridged(bridge, OurServer.NAME, imap)));
            assertThat(server.destinations())
                    .containsExactly(Endpoint.of(OurServer.NAME, smtp), Endpoint.of(OurServer.NAME, imap));
        }
    }

    @Test
    void doesNotGoDirectIfTheBridgeRefuses() throws Exception {
        try (OurServer server = OurServer.withLogin();
                HttpBridge bridge = HttpBridge.open(client(server, "wrong"))) {
            Properties properties = bridged(bridge, "127.0.0.1", mail.getSmtp().getPort());
            assertThatThrownBy(() -> send(properties)).isInstanceOf(MessagingException.class);
            assertThat(mail.getReceivedMessages()).isEmpty();
        }
    }

    private static void read(Properties properties) throws MessagingException {
        try (Store store = Session.getInstance(properties).getStore("imap")) {
            store.connect("bob", "of-bob");
            assertThat(store.getFolder("INBOX").exists()).isTrue();
        }
    }

    @Test
    void sendsOverTls() throws Exception {
        try (OurServer server = OurServer.withLogin()) {
            int port = mail.getSmtps().getPort();
            Properties properties = recipe(client(server, OurServer.PASSWORD), OurServer.NAME, port);
            properties.put("mail.smtp.ssl.enable", "true");
            // GreenMail's certificate is its own, and for localhost.
            properties.put("mail.smtp.ssl.trust", OurServer.NAME);
            properties.put("mail.smtp.ssl.checkserveridentity", "false");
            send(properties);
            assertThat(mail.getReceivedMessages()).hasSize(1);
            assertThat(server.destinations()).containsExactly(Endpoint.of(OurServer.NAME, port));
        }
    }

    @Test
    void eachSessionHasItsOwnLoginAndNoneGoesDirect() throws Exception {
        try (OurServer server = OurServer.withLogin()) {
            int port = mail.getSmtp().getPort();
            Properties wrong = recipe(client(server, "wrong"), "127.0.0.1", port);
            assertThatThrownBy(() -> send(wrong)).hasRootCauseInstanceOf(AuthenticationFailedException.class);
            assertThat(mail.getReceivedMessages()).isEmpty();
            send(recipe(client(server, OurServer.PASSWORD), "127.0.0.1", port));
            assertThat(mail.getReceivedMessages()).hasSize(1);
            assertThatThrownBy(() -> send(wrong)).hasRootCauseInstanceOf(AuthenticationFailedException.class);
            assertThat(mail.getReceivedMessages()).hasSize(1);
        }
    }

    @Test
    void theTableSaysWhatTheProxyIsAskedFor() throws Exception {
        LibraryTable.check(
                "Angus Mail",
                org.eclipse.angus.mail.smtp.SMTPTransport.class,
                way -> send(recipe(way.client(), way.host(), mail.getSmtp().getPort())));
    }
}
