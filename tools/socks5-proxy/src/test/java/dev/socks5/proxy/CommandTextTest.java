package dev.socks5.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What it does in a JVM without a locale is tested by {@link LocaleIT}. */
class CommandTextTest {

    @TempDir
    private Path folder;

    private static String[] expand(String encoding, String... args) {
        return new CommandText(ServerCommand.commandLine().getCommandSpec(), encoding).expand(args);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ANSI_X3.4-1968", "ISO-8859-1", "Cp1252", "no such thing", "unknown"})
    void withoutUtf8OnlyAsciiIsCertain(String encoding) {
        assertThat(expandAscii(encoding)).containsExactly("--user", "alice:~\u007f");
        assertThatThrownBy(() -> expand(encoding, "--user", "alice:secret\u0080"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("--user: ")
                .hasMessageContaining("@FILE")
                .hasMessageNotContaining("secret");
    }

    private static String[] expandAscii(String encoding) {
        return expand(encoding, "--user", "alice:~\u007f");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "utf-8"})
    void inUtf8WhatCouldBeDecodedIsCertain(String encoding) {
        assertThat(expand(encoding, "--user", "\u00fc:\ud83d\udca1")).containsExactly("--user", "\u00fc:\ud83d\udca1");
        for (String lost : new String[] {"secret\ufffd", "secret\ud83d", "secret\udca1"}) {
            assertThatThrownBy(() -> expand(encoding, "--user", lost))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("--user: not in UTF-8");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "--users-file=\u00fc, --users-file",
        "--deny user=\u00fc, --deny",
        "-v \u00fc, argument 2",
        "\u00fc, argument 1",
        "--user alice:secret \u00fc, argument 3",
        "@\u00fc, argument 1",
        "--\u00fc=x, argument 1"
    })
    void itIsSaidWhichArgument(String args, String origin) {
        assertThatThrownBy(() -> expand("US-ASCII", args.split(" "))).hasMessageStartingWith(origin + ": ");
    }

    @Test
    void filesStandForWhatIsInThem() throws Exception {
        Path file = Files.writeString(folder.resolve("options"), "\ufeff--user \u00fc:@x\n@@y");
        assertThat(expand("US-ASCII", "-v", "@" + file, "@@" + file, "@/nowhere/at/all", "x@" + file, "@"))
                .containsExactly("-v", "--user", "\u00fc:@x", "@@y", "@" + file, "@/nowhere/at/all", "x@" + file, "@");
    }

    @Test
    void aFileThatIsNoGoodIsNamed() throws Exception {
        Path latin1 = Files.write(folder.resolve("latin-1"), new byte[] {'-', 'v', ' ', (byte) 0xFC});
        assertThatThrownBy(() -> expand("UTF-8", "@" + latin1)).hasMessage("@" + latin1 + ": line 1: not in UTF-8");
        Path open = Files.writeString(folder.resolve("open"), "-v\n\n'secret");
        assertThatThrownBy(() -> expand("UTF-8", "@" + open))
                .hasMessage("@" + open + ": line 3: a quote without an end");
        assertThatThrownBy(() -> expand("UTF-8", "@" + folder))
                .hasMessage("cannot read @" + folder + ": Is a directory");
    }
}
