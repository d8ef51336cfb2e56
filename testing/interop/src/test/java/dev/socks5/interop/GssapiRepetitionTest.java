package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.AuthMethod;
import dev.socks5.codec.Greeting;
import dev.socks5.codec.GssapiMessage;
import dev.socks5.codec.GssapiToken;
import dev.socks5.codec.ProtectionLevel;
import dev.socks5.gssapi.GssapiAcceptor;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.PrivilegedExceptionAction;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.security.auth.Subject;
import org.ietf.jgss.GSSContext;
import org.ietf.jgss.GSSManager;
import org.ietf.jgss.GSSName;
import org.ietf.jgss.MessageProp;
import org.ietf.jgss.Oid;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A client whose context is not what RFC 1961 section 3.2 has it ask for. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class GssapiRepetitionTest {

    private static EmbeddedKdc kdc;
    private static OurServer server;

    @BeforeAll
    static void start() throws Exception {
        kdc = EmbeddedKdc.start();
        GssapiAcceptor acceptor =
                GssapiAcceptor.builder().keytab(kdc.serviceKeytab()).build();
        server = OurServer.with(settings -> settings.gssapi(acceptor));
    }

    @AfterAll
    static void stop() throws Exception {
        if (server != null) {
            server.close();
        }
        if (kdc != null) {
            kdc.close();
        }
    }

    /** Its own messages could be repeated and left out by whoever is in between: that is no protection of a stream. */
    @ParameterizedTest
    @CsvSource({"true, 1, 0102", "false, 0, 0102", "false, 1, 01ff", "false, 2, 01ff", "false, 3, 01ff"})
    void whatComesTwiceHasToBeNoticedWhereALevelIsAgreed(boolean notices, int level, String answer) throws Exception {
        assertThat(answerTo(notices, new ProtectionLevel(level))).isEqualTo(answer);
    }

    /** VER and MTYP of the server's answer to the level. */
    private static String answerTo(boolean notices, ProtectionLevel level) throws Exception {
        PrivilegedExceptionAction<GSSContext> made = () -> context(notices);
        Subject user = KerberosSubject.user(EmbeddedKdc.USER, kdc.userKeytab());
        GSSContext context = Subject.doAs(user, made);
        try (Socket socket = new Socket(Loopback.V4, server.port())) {
            socket.setSoTimeout(20_000);
            write(socket, new Greeting(List.of(AuthMethod.GSSAPI)).encode());
            socket.getInputStream().skipNBytes(2);
            PrivilegedExceptionAction<byte[]> first = () -> context.initSecContext(new byte[0], 0, 0);
            write(socket, new GssapiMessage.Authentication(GssapiToken.of(Subject.doAs(user, first))).encode());
            byte[] header = socket.getInputStream().readNBytes(4);
            byte[] token =
                    socket.getInputStream().readNBytes(ByteBuffer.wrap(header).getShort(2) & 0xFFFF);
            context.initSecContext(token, 0, token.length);
            assertThat(context.isEstablished()).isTrue();
            byte[] octet = {(byte) level.code()};
            byte[] wrapped = context.wrap(octet, 0, 1, new MessageProp(0, false));
            write(socket, new GssapiMessage.LevelNegotiation(GssapiToken.of(wrapped)).encode());
            return HexFormat.of().formatHex(socket.getInputStream().readNBytes(2));
        } finally {
            context.dispose();
        }
    }

    private static GSSContext context(boolean notices) throws Exception {
        GSSManager manager = GSSManager.getInstance();
        GSSName proxy = manager.createName("socks@localhost", GSSName.NT_HOSTBASED_SERVICE);
        GSSContext context = manager.createContext(proxy, new Oid("1.2.840.113554.1.2.2"), null, 0);
        context.requestMutualAuth(true);
        context.requestReplayDet(notices);
        context.requestSequenceDet(false);
        context.requestInteg(true);
        context.requestConf(true);
        return context;
    }

    private static void write(Socket socket, ByteBuffer message) throws Exception {
        byte[] octets = new byte[message.remaining()];
        message.get(octets);
        socket.getOutputStream().write(octets);
    }
}
