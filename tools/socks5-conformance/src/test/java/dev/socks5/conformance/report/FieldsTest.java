package dev.socks5.conformance.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.conformance.suite.Hex;
import dev.socks5.conformance.suite.Label;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FieldsTest {

    private static final HexText TEXT = new HexText();

    /** Writes fields as NAME(bytes)=meaning. */
    private static final class HexText {
        String of(Label label, String hex) {
            byte[] bytes = Hex.bytes(hex);
            StringBuilder text = new StringBuilder();
            for (Field field : Fields.of(label, bytes)) {
                text.append(field.name())
                        .append('(')
                        .append(field.to() - field.from())
                        .append(')');
                text.append(field.meaning().isEmpty() ? " " : "=" + field.meaning() + " ");
            }
            return text.toString().strip();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GREETING | 05 02 00 02 | VER(1)=5 NMETHODS(1)=2 METHOD(1)=no authentication (0x00)"
                        + " METHOD(1)=username/password (0x02)",
                "GREETING | 05 02 00 | VER(1)=5 NMETHODS(1)=2 METHOD(1)=no authentication (0x00)",
                "GREETING | 05 00 01 | VER(1)=5 NMETHODS(1)=0 behind(1)",
                "SELECTION | 05 FF | VER(1)=5 METHOD(1)=no acceptable method (0xFF)",
                "SELECTION | 05 | VER(1)=5",
                "LOGIN | 01 02 61 0A 01 62 | VER(1)=1 ULEN(1)=2 UNAME(2)=\"a\\u000a\" PLEN(1)=1 PASSWD(1)=\"b\"",
                "LOGIN | 01 05 61 | VER(1)=1 ULEN(1)=5 UNAME(1)=\"a\"",
                "LOGIN_ANSWER | 01 00 | VER(1)=1 STATUS(1)=success",
                "LOGIN_ANSWER | 01 07 09 | VER(1)=1 STATUS(1)=failure behind(1)",
                "GSSAPI | 01 02 00 02 AA BB | VER(1)=1 MTYP(1)=protection level LEN(2)=2 TOKEN(2)",
                "GSSAPI | 01 FF | VER(1)=1 MTYP(1)=abort",
                "REQUEST | 05 01 00 01 7F 00 00 01 00 50 |"
                        + " VER(1)=5 CMD(1)=CONNECT (0x01) RSV(1)=0 ATYP(1)=IPv4 DST.ADDR(4)=127.0.0.1 DST.PORT(2)=80",
                "REQUEST | 05 02 00 03 01 61 00 | VER(1)=5 CMD(1)=BIND (0x02) RSV(1)=0 ATYP(1)=name length(1)=1"
                        + " DST.ADDR(1)=\"a\" behind(1)",
                "REPLY | 05 05 00 04 00000000 00000000 00000000 00000001 1F 90 | VER(1)=5"
                        + " REP(1)=connection refused (0x05) RSV(1)=0 ATYP(1)=IPv6 BND.ADDR(16)=0:0:0:0:0:0:0:1"
                        + " BND.PORT(2)=8080",
                "REPLY | 05 00 00 07 01 02 | VER(1)=5 REP(1)=succeeded (0x00) RSV(1)=0 ATYP(1)=unknown behind(2)",
                "REPLY | 05 00 00 01 7F 00 | VER(1)=5 REP(1)=succeeded (0x00) RSV(1)=0 ATYP(1)=IPv4 BND.ADDR(2)",
                "DATAGRAM | 00 00 00 01 7F 00 00 01 00 35 68 69 | RSV(2) FRAG(1)=0 ATYP(1)=IPv4"
                        + " DST.ADDR(4)=127.0.0.1 DST.PORT(2)=53 DATA(2)",
                "RAW | 01 02 | (2)",
            })
    void names(Label label, String hex, String fields) {
        assertThat(TEXT.of(label, hex)).isEqualTo(fields);
    }

    @Test
    void ofNothingIsNothing() {
        for (Label label : Label.values()) {
            assertThat(Fields.of(label, new byte[0])).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void eachByteBelongsToOneField(Label label) {
        Random random = new Random(20);
        for (int round = 0; round < 2000; round++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = random.nextBoolean() ? (byte) (bytes[i] & 7) : bytes[i];
            }
            List<Field> fields = Fields.of(label, bytes);
            int at = 0;
            for (Field field : fields) {
                assertThat(field.from()).isEqualTo(at);
                assertThat(field.to()).isGreaterThan(at);
                at = field.to();
            }
            assertThat(at).isEqualTo(bytes.length);
        }
    }
}
