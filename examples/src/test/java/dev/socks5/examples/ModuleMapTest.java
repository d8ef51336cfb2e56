package dev.socks5.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.examples.Modules.Need;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Checks the map of the modules: it shows what the poms say. */
class ModuleMapTest {

    /** The title of the map. */
    static final String TITLE = "Modules";

    private static final Pattern NODE = Pattern.compile("^ *([\\w-]+)$", Pattern.MULTILINE);
    private static final Pattern ARROW = Pattern.compile("^ *([\\w-]+) --> ([\\w-]+)$", Pattern.MULTILINE);
    private static final Pattern GROUP =
            Pattern.compile("^    subgraph published$(.*?)^    end$", Pattern.MULTILINE | Pattern.DOTALL);

    @Test
    void tableHasEveryModule() throws IOException {
        String page = Files.readString(Picture.ROOT.resolve("docs/architecture.md"));
        assertThat(modules().folders()).allMatch(folder -> page.contains("\n| `" + folder + "` | "));
    }

    @Test
    void mapHasEveryModuleWithMainCode() throws IOException {
        assertThat(nodes(map()))
                .containsExactlyInAnyOrderElementsOf(modules().direct().keySet());
    }

    @Test
    void mapGroupsTheModulesThatArePublished() throws IOException {
        List<String> groups =
                GROUP.matcher(map()).results().map(group -> group.group(1)).toList();
        assertThat(groups).hasSize(1);
        assertThat(nodes(groups.get(0)))
                .containsExactlyInAnyOrderElementsOf(modules().published());
    }

    @Test
    void mapHasAnArrowToEachModuleThatIsNeeded() throws IOException {
        List<Need> arrows = ARROW.matcher(map())
                .results()
                .map(arrow -> new Need(arrow.group(1), arrow.group(2)))
                .toList();
        assertThat(arrows).containsExactlyInAnyOrderElementsOf(modules().needs());
    }

    private static Modules modules() throws IOException {
        return Modules.read(Picture.ROOT);
    }

    private static String map() throws IOException {
        return Picture.all().stream()
                .filter(picture -> picture.title().equals(TITLE))
                .map(Picture::text)
                .findFirst()
                .orElseThrow();
    }

    private static List<String> nodes(String text) {
        return NODE.matcher(text)
                .results()
                .map((MatchResult node) -> node.group(1))
                .filter(name -> !name.equals("end"))
                .toList();
    }
}
