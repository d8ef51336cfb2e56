package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Octets typed by hand from RFC 1928 to our server: nothing of this project writes or reads them. */
class UnsupportedCommandTest {

    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

    @ParameterizedTest
    @CsvSource({
        "none,         05 00 00 01 7f 00 00 01 00 50",
        "unassigned,   05 42 00 03 04 68 6f 73 74 00 50",
        "Tor's,        05 f0 00 03 04 68 6f 73 74 00 00",
    })
    void isAnsweredSo(String command, String request) throws Exception {
        try (OurServer server = OurServer.open();
                Socket socket = new Socket(server.address().getAddress(), server.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(HEX.parseHex("05 01 00"));
            assertThat(HEX.formatHex(socket.getInputStream().readNBytes(2))).isEqualTo("05 00");

            socket.getOutputStream().write(HEX.parseHex(request));
            String answer = HEX.formatHex(socket.getInputStream().readAllBytes());
            assertThat(answer).as(command).isEqualTo("05 07 00 01 00 00 00 00 00 00");
        }
    }
}
