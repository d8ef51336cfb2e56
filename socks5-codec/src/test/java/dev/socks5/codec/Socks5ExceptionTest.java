package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Socks5ExceptionTest {

    @Test
    void areIoExceptions() {
        assertThat(Socks5Exception.class).isAbstract();
        assertThat(IOException.class).isAssignableFrom(Socks5Exception.class);
        assertThat(Socks5Exception.class.getPermittedSubclasses())
                .containsExactlyInAnyOrder(
                        MalformedMessageException.class,
                        NoAcceptableMethodException.class,
                        AuthenticationFailedException.class,
                        GssapiException.class,
                        RequestRejectedException.class);
    }

    @Test
    void surviveSerialization() throws Exception {
        MalformedMessageException malformed = copy(new MalformedMessageException("m", ReplyCode.TTL_EXPIRED));
        assertThat(malformed).hasMessage("m");
        assertThat(malformed.replyCode()).isEqualTo(ReplyCode.TTL_EXPIRED);
        assertThat(copy(new MalformedMessageException("m")).replyCode()).isEqualTo(ReplyCode.GENERAL_FAILURE);
        assertThat(copy(new AuthenticationFailedException(new PasswordResponse(0xFE)))
                        .status())
                .isEqualTo(0xFE);
        assertThat(copy(new AuthenticationFailedException("m", 0xFF)).status()).isEqualTo(0xFF);
        assertThat(copy(new AuthenticationFailedException("m", 0x01))).hasMessage("m");
        assertThat(copy(new GssapiException("m", new IOException("cause"))))
                .hasMessage("m")
                .hasRootCauseMessage("cause");
        assertThat(copy(new GssapiException("m", null))).hasMessage("m").hasNoCause();
        assertThat(copy(new NoAcceptableMethodException(List.of(AuthMethod.CHAP))))
                .hasMessageEndingWith("[CHAP (0x03)]");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 0x100})
    void statusesThatAreNoFailure(int status) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AuthenticationFailedException("m", status))
                .withMessage("the status of a failure is 0x01 to 0xFF: " + status);
    }

    @Test
    void rejectionsLoseTheirMessagesBySerialization() throws Exception {
        Request request = Request.connect(Endpoint.UNSPECIFIED);
        RequestRejectedException rejected =
                new RequestRejectedException(request, Reply.failure(ReplyCode.CONNECTION_REFUSED));
        assertThat(copy(rejected)).hasMessage(rejected.getMessage());
        assertThat(copy(rejected).request()).isNull();
        assertThat(copy(rejected).reply()).isNull();
    }

    @SuppressWarnings("unchecked")
    private static <T> T copy(T object) throws IOException, ClassNotFoundException {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(octets)) {
            out.writeObject(object);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(octets.toByteArray()))) {
            return (T) in.readObject();
        }
    }
}
