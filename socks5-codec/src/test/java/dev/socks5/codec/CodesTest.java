package dev.socks5.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The three kinds of value that have one octet each. */
class CodesTest {

    /** The registry "Socket Secure (SOCKS) Methods" of IANA; 0x04 is unassigned. */
    private static final Map<Integer, String> METHODS = Map.ofEntries(
            Map.entry(0x00, "no authentication"),
            Map.entry(0x01, "GSSAPI"),
            Map.entry(0x02, "username/password"),
            Map.entry(0x03, "CHAP"),
            Map.entry(0x05, "CRAM"),
            Map.entry(0x06, "SSL"),
            Map.entry(0x07, "NDS"),
            Map.entry(0x08, "multi-authentication framework"),
            Map.entry(0x09, "JSON parameter block"),
            Map.entry(0xFF, "no acceptable method"));

    private static final Map<Integer, String> COMMANDS =
            Map.of(0x01, "CONNECT", 0x02, "BIND", 0x03, "UDP ASSOCIATE", 0xF0, "RESOLVE", 0xF1, "RESOLVE_PTR");

    private static final Map<Integer, String> REPLIES = Map.ofEntries(
            Map.entry(0x00, "succeeded"),
            Map.entry(0x01, "general failure"),
            Map.entry(0x02, "not allowed by the rules"),
            Map.entry(0x03, "network unreachable"),
            Map.entry(0x04, "host unreachable"),
            Map.entry(0x05, "connection refused"),
            Map.entry(0x06, "TTL expired"),
            Map.entry(0x07, "command not supported"),
            Map.entry(0x08, "address type not supported"),
            Map.entry(0xF0, "onion descriptor not found"),
            Map.entry(0xF1, "onion descriptor invalid"),
            Map.entry(0xF2, "onion introduction failed"),
            Map.entry(0xF3, "onion rendezvous failed"),
            Map.entry(0xF4, "onion authorization missing"),
            Map.entry(0xF5, "onion authorization wrong"),
            Map.entry(0xF6, "onion address invalid"),
            Map.entry(0xF7, "onion introduction timed out"));

    @Test
    void everyOctetIsAMethodACommandAndAReplyCode() {
        for (int code = 0x00; code <= 0xFF; code++) {
            assertThat(AuthMethod.of(code)).isEqualTo(new AuthMethod(code)).isSameAs(AuthMethod.of(code));
            assertThat(Command.of(code)).isEqualTo(new Command(code)).isSameAs(Command.of(code));
            assertThat(ReplyCode.of(code)).isEqualTo(new ReplyCode(code)).isSameAs(ReplyCode.of(code));
        }
    }

    @Test
    void equalTheSameCodeOfTheirKindAlone() {
        assertThat(AuthMethod.of(2)).isNotEqualTo(AuthMethod.of(1)).isNotEqualTo(Command.of(2));
        assertThat(Command.of(2)).isNotEqualTo(Command.of(1)).isNotEqualTo(ReplyCode.of(2));
        assertThat(ReplyCode.of(2)).isNotEqualTo(ReplyCode.of(1)).isNotEqualTo(AuthMethod.of(2));
        assertThat(new AuthMethod(2)).hasSameHashCodeAs(AuthMethod.of(2));
        assertThat(new Command(2)).hasSameHashCodeAs(Command.of(2));
        assertThat(new ReplyCode(2)).hasSameHashCodeAs(ReplyCode.of(2));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 256, 0x105, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void nothingElseIs(int code) {
        String octet = " is one octet, 0 to 255: " + code;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AuthMethod.of(code))
                .withMessage("a method" + octet);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AuthMethod(code))
                .withMessage("a method" + octet);
        assertThatIllegalArgumentException().isThrownBy(() -> Command.of(code)).withMessage("a command" + octet);
        assertThatIllegalArgumentException().isThrownBy(() -> new Command(code)).withMessage("a command" + octet);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReplyCode.of(code))
                .withMessage("a reply code" + octet);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ReplyCode(code))
                .withMessage("a reply code" + octet);
    }

    @Test
    void areShownByNameAndHexadecimalCode() {
        IntStream.rangeClosed(0x00, 0xFF).forEach(code -> {
            String hex = " (0x%02X)".formatted(code);
            assertThat(AuthMethod.of(code)).hasToString(METHODS.getOrDefault(code, "method") + hex);
            assertThat(Command.of(code)).hasToString(COMMANDS.getOrDefault(code, "command") + hex);
            assertThat(ReplyCode.of(code)).hasToString(REPLIES.getOrDefault(code, "unassigned reply") + hex);
        });
    }

    @Test
    void methodConstantsAreThoseThatIanaAssigned() {
        assertThat(AuthMethod.NO_AUTHENTICATION.code()).isEqualTo(0x00);
        assertThat(AuthMethod.GSSAPI.code()).isEqualTo(0x01);
        assertThat(AuthMethod.USERNAME_PASSWORD.code()).isEqualTo(0x02);
        assertThat(AuthMethod.CHAP.code()).isEqualTo(0x03);
        assertThat(AuthMethod.CRAM.code()).isEqualTo(0x05);
        assertThat(AuthMethod.SSL.code()).isEqualTo(0x06);
        assertThat(AuthMethod.NDS.code()).isEqualTo(0x07);
        assertThat(AuthMethod.MULTI_AUTHENTICATION_FRAMEWORK.code()).isEqualTo(0x08);
        assertThat(AuthMethod.JSON_PARAMETER_BLOCK.code()).isEqualTo(0x09);
        assertThat(AuthMethod.NO_ACCEPTABLE.code()).isEqualTo(0xFF);
    }

    @Test
    void commandConstantsAreThoseOfTheRfcAndOfTor() {
        assertThat(Command.CONNECT.code()).isEqualTo(0x01);
        assertThat(Command.BIND.code()).isEqualTo(0x02);
        assertThat(Command.UDP_ASSOCIATE.code()).isEqualTo(0x03);
        assertThat(Command.RESOLVE.code()).isEqualTo(0xF0);
        assertThat(Command.RESOLVE_PTR.code()).isEqualTo(0xF1);
    }

    @Test
    void replyConstantsAreThoseOfTheRfcAndOfTor() {
        assertThat(ReplyCode.SUCCEEDED.code()).isEqualTo(0x00);
        assertThat(ReplyCode.GENERAL_FAILURE.code()).isEqualTo(0x01);
        assertThat(ReplyCode.NOT_ALLOWED.code()).isEqualTo(0x02);
        assertThat(ReplyCode.NETWORK_UNREACHABLE.code()).isEqualTo(0x03);
        assertThat(ReplyCode.HOST_UNREACHABLE.code()).isEqualTo(0x04);
        assertThat(ReplyCode.CONNECTION_REFUSED.code()).isEqualTo(0x05);
        assertThat(ReplyCode.TTL_EXPIRED.code()).isEqualTo(0x06);
        assertThat(ReplyCode.COMMAND_NOT_SUPPORTED.code()).isEqualTo(0x07);
        assertThat(ReplyCode.ADDRESS_TYPE_NOT_SUPPORTED.code()).isEqualTo(0x08);
        assertThat(ReplyCode.ONION_DESCRIPTOR_NOT_FOUND.code()).isEqualTo(0xF0);
        assertThat(ReplyCode.ONION_DESCRIPTOR_INVALID.code()).isEqualTo(0xF1);
        assertThat(ReplyCode.ONION_INTRODUCTION_FAILED.code()).isEqualTo(0xF2);
        assertThat(ReplyCode.ONION_RENDEZVOUS_FAILED.code()).isEqualTo(0xF3);
        assertThat(ReplyCode.ONION_AUTHORIZATION_MISSING.code()).isEqualTo(0xF4);
        assertThat(ReplyCode.ONION_AUTHORIZATION_WRONG.code()).isEqualTo(0xF5);
        assertThat(ReplyCode.ONION_ADDRESS_INVALID.code()).isEqualTo(0xF6);
        assertThat(ReplyCode.ONION_INTRODUCTION_TIMED_OUT.code()).isEqualTo(0xF7);
    }
}
