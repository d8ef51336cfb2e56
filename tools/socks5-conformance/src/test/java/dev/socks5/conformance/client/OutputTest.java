package dev.socks5.conformance.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class OutputTest {

    private static final int MEGABYTE = 1024 * 1024;

    private final Output output = new Output();

    @Test
    void isBounded() {
        byte[] much = "x".repeat(MEGABYTE).getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 9; i++) {
            output.write(much, 0, much.length);
        }
        print("end");
        assertThat(output.contains("end")).isFalse();
    }

    @Test
    void showsTheLastOfItWithoutWhatIsNotPrintable() {
        print("x".repeat(300) + "a\u001b[31mb\r\nc\u0000\n");
        assertThat(output.shown()).startsWith("...x").endsWith("xa / [31mb / c").hasSizeLessThan(250);
    }

    @Test
    void knowsWhetherATextBeginsALine() {
        print("banner\nHTTP");
        assertThat(output.hasBytesBefore("HTTP")).isFalse();
        assertThat(output.hasBytesBefore("TP")).isTrue();
        assertThat(output.hasBytesBefore("banner")).isFalse();
        assertThat(output.hasBytesBefore("nothing")).isFalse();
    }

    private void print(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        output.write(bytes, 0, bytes.length);
    }
}
