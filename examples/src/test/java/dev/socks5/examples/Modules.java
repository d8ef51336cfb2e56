package dev.socks5.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/**
 * The modules of the build, as their poms say.
 *
 * @param folders their folders, relative to the project's
 * @param direct of those with main code, by the name of a module, the modules that its main code names as dependencies
 * @param published the names of the modules that the bill of materials lists
 */
record Modules(Set<String> folders, Map<String, Set<String>> direct, Set<String> published) {

    private static final String GROUP = "dev.socks5";

    /** A module, and one that its main code needs. */
    record Need(String module, String needed) {}

    /** Reads the poms of the project in a folder. */
    static Modules read(Path project) throws IOException {
        Map<String, Set<String>> direct = new HashMap<>();
        Element root = pom(project);
        Set<String> folders = new HashSet<>();
        for (Element module : all(root, "modules", "module")) {
            folders.add(module.getTextContent());
            Path folder = project.resolve(module.getTextContent());
            if (Files.exists(folder.resolve("src/main/java"))) {
                Element pom = pom(folder);
                direct.put(text(pom, "artifactId"), ours(all(pom, "dependencies", "dependency")));
            }
        }
        Element listed = child(pom(project.resolve("bom")), "dependencyManagement");
        return new Modules(folders, direct, ours(all(listed, "dependencies", "dependency")));
    }

    /** Returns what each module needs, without what follows: a module that a needed one needs. */
    Set<Need> needs() {
        Set<Need> needs = new HashSet<>();
        direct.forEach((module, needed) -> needed.stream()
                .filter(one -> needed.stream().noneMatch(other -> reached(other).contains(one)))
                .forEach(one -> needs.add(new Need(module, one))));
        return needs;
    }

    private Set<String> reached(String module) {
        Set<String> reached = new HashSet<>();
        for (String needed : direct.getOrDefault(module, Set.of())) {
            reached.add(needed);
            reached.addAll(reached(needed));
        }
        return reached;
    }

    /** Gives the names of our modules among dependencies; what only tests need is left out. */
    private static Set<String> ours(List<Element> dependencies) {
        Set<String> ours = new HashSet<>();
        for (Element dependency : dependencies) {
            if (text(dependency, "groupId").equals(GROUP)
                    && !text(dependency, "scope").equals("test")) {
                ours.add(text(dependency, "artifactId"));
            }
        }
        return ours;
    }

    private static Element pom(Path folder) throws IOException {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(folder.resolve("pom.xml").toFile())
                    .getDocumentElement();
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException(folder + ": " + e.getMessage(), e);
        }
    }

    /** Gives the elements of a list; none if there is no such list. */
    private static List<Element> all(Element parent, String list, String name) {
        return children(parent, list).stream()
                .flatMap(found -> children(found, name).stream())
                .toList();
    }

    private static Element child(Element parent, String name) {
        return children(parent, name).get(0);
    }

    private static String text(Element parent, String name) {
        return children(parent, name).stream()
                .map(Element::getTextContent)
                .findFirst()
                .orElse("");
    }

    private static List<Element> children(Element parent, String name) {
        List<Element> children = new ArrayList<>();
        NodeList nodes = parent.getChildNodes();
        for (int i = 0; i < nodes.getLength(); i++) {
            Node node = nodes.item(i);
            if (node instanceof Element element && element.getTagName().equals(name)) {
                children.add(element);
            }
        }
        return children;
    }
}
