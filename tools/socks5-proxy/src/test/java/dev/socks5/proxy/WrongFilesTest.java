package dev.socks5.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.proxy.input.TextFile;
import dev.socks5.proxy.reload.ReloadSteps;
import dev.socks5.server.Socks5Server;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The table of docs/server.md: what a file that is no good is answered with, while the server runs. */
@Timeout(60)
class WrongFilesTest {

    private static final Path DOCUMENT = Path.of("..", "..", "docs", "server.md");

    /** The table's first line; its rows follow until there is none. */
    private static final String HEAD = "| the file | what standard error says |";

    private static final String BEGINNING = "not reloaded, what held before holds: ";

    /** Makes a file that is no good in the place of one that is. */
    private interface Wrong {
        void put(Path file) throws Exception;
    }

    private static final Map<String, Wrong> KINDS = new LinkedHashMap<>();

    private static void kind(String row, Wrong wrong) {
        KINDS.put(row, wrong);
    }

    private static void kind(String row, String text) {
        kind(row, file -> Files.writeString(file, text));
    }

    static {
        kind("is gone", Files::delete);
        kind("may not be read", file -> {
            Files.writeString(deleted(file), "alice:a\nbob:b\n");
            Files.setPosixFilePermissions(file, Set.of());
        });
        kind("is a folder", file -> Files.createDirectory(deleted(file)));
        kind(
                "is a pipe",
                file -> assertThat(new ProcessBuilder("mkfifo", deleted(file).toString())
                                .start()
                                .waitFor())
                        .isZero());
        kind(
                "is in another encoding",
                file -> Files.write(file, new byte[] {'a', ':', 'b', '\n', 'c', ':', (byte) 0xE4}));
        kind("has no users", "# nobody\n");
        kind("has no rules", "");
        kind("has half a line at its end", "bob:b\ncar:c");
        kind("has a line that is no user", "bob:b\n\ncarol\n");
        kind("has a name twice", "bob:b\nalice:a\nbob:c\n");
        kind("has a name or password that is too long", "bob:b\n" + "c".repeat(256) + ":c\n");
        kind("has a hash that is cut off, or of another kind", "bob:b\ncarol:$apr1$k0JqPH5R$6rB0d1x6VPSD9Zfnj5Mcs1\n");
        kind(
                "has a hash that would take too long",
                "bob:$2y$17$GmDzj9DPyqi9tuJC5XBXzuFVfZLTtM7NnJUB29N8Div380Um60.UK\n");
        kind("has a line that is no rule", "deny 192.0.2.1\npermit *\n");
        kind("has a wrong pattern", "deny 192.0.2.1\ndeny 10.0.0.0/33\n");
    }

    private static Path deleted(Path file) throws IOException {
        Files.delete(file);
        return file;
    }

    @TempDir
    private Path folder;

    /** Returns the rows, first cell to second. */
    private static Map<String, String> rows() throws IOException {
        List<String> lines = Files.readAllLines(DOCUMENT);
        Map<String, String> rows = new LinkedHashMap<>();
        lines.stream()
                .skip(lines.indexOf(HEAD) + 2)
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> line.split("\\|", -1))
                .forEach(cells -> rows.put(cells[1].strip(), cells[2].strip().replace("`", "")));
        return rows;
    }

    @Test
    void eachRowIsWhatIsSaidAndChangesNothing() throws Exception {
        Map<String, String> said = new LinkedHashMap<>();
        for (Map.Entry<String, Wrong> kind : KINDS.entrySet()) {
            said.put(kind.getKey(), answer(kind.getKey(), kind.getValue()));
        }
        assertThat(said).containsExactlyEntriesOf(rows());
    }

    private String answer(String row, Wrong wrong) throws Exception {
        boolean ofRules = rows().getOrDefault(row, "").contains("--rules-file");
        Path own = Files.createDirectory(folder.resolve(Integer.toHexString(row.hashCode())));
        Path users = Files.writeString(own.resolve("users"), "alice:a\nbob:b\n");
        Path rules = Files.writeString(own.resolve("rules"), "deny 192.0.2.1\n");
        ReloadSteps steps =
                FilesOfOptions.read(Socks5Server.builder(), users, rules).steps();
        Path file = ofRules ? rules : users;
        wrong.put(file);
        steps.lookUntilStill();
        assertThat(steps.taken()).isEmpty();
        List<String> lines = steps.log();
        if (row.equals("may not be read") && lines.size() == 1) { // The superuser may read it all the same.
            return "cannot read --users-file FILE: " + TextFile.reason(new AccessDeniedException(file.toString()));
        }
        assertThat(lines).as(row).hasSize(2);
        assertThat(lines.get(1)).startsWith(BEGINNING);
        return lines.get(1).substring(BEGINNING.length()).replace(file.toString(), "FILE");
    }
}
