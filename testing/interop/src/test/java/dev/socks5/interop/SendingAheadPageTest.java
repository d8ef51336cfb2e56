package dev.socks5.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks that the page says of each server what the tests have seen. */
class SendingAheadPageTest {

    private static final Path PAGE = Path.of("../../docs/sending-ahead.md");

    @Test
    void thePageHasARowForEachServer() throws IOException {
        List<String> rows =
                Stream.of(SendingAhead.values()).map(SendingAhead::row).toList();
        assertThat(Files.readAllLines(PAGE))
                .filteredOn(line -> rows.stream().anyMatch(line::startsWith))
                .hasSameSizeAs(rows);
    }
}
