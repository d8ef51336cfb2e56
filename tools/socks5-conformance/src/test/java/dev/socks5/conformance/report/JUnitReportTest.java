package dev.socks5.conformance.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class JUnitReportTest {

    private static Element parse(Report report) throws Exception {
        byte[] document = JUnitReport.of(report).getBytes(StandardCharsets.UTF_8);
        return DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(document))
                .getDocumentElement();
    }

    private static List<Element> all(Element parent, String name) {
        NodeList nodes = parent.getElementsByTagName(name);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }

    @Test
    void hasASuiteForEachGroupAndACaseForEachOutcome() throws Exception {
        Element root = parse(Samples.mixed());
        assertThat(root.getTagName()).isEqualTo("testsuites");
        assertThat(root.getAttribute("tests")).isEqualTo("5");
        assertThat(root.getAttribute("failures")).isEqualTo("1");
        assertThat(root.getAttribute("errors")).isEqualTo("0");
        assertThat(root.getAttribute("skipped")).isEqualTo("3");
        assertThat(root.getAttribute("time")).isEqualTo("7.000");
        assertThat(all(root, "testsuite"))
                .extracting(suite -> suite.getAttribute("name") + " " + suite.getAttribute("tests") + " "
                        + suite.getAttribute("skipped") + " " + suite.getAttribute("time"))
                .containsExactly("server.negotiation 2 0 2.468", "server.udp 2 2 2.468", "server.abuse 1 1 1.234");
        assertThat(all(root, "testcase"))
                .extracting(one -> one.getAttribute("classname") + " " + one.getAttribute("name"))
                .containsExactly(
                        "server.negotiation negotiation/ok",
                        "server.negotiation negotiation/offered",
                        "server.udp udp/echo",
                        "server.udp udp/order",
                        "server.abuse abuse/memory");
        assertThat(all(root, "property"))
                .extracting(one -> one.getAttribute("name") + "=" + one.getAttribute("value"))
                .startsWith("suite=1.2.3", "target=127.0.0.1:1080", "program=sample 4.5");
    }

    @Test
    void aFailureSaysWhyAndAFaultOfTheSuiteIsAnError() throws Exception {
        Element failure = all(parse(Samples.mixed()), "failure").get(0);
        assertThat(failure.getAttribute("message"))
                .isEqualTo("expected the method that was offered, but FE was selected");
        assertThat(failure.getAttribute("type")).isEqualTo("MUST, RFC 1928 section 3");
        assertThat(failure.getTextContent()).contains("means     Clients wait for ever", "METHOD    method (0xFE)");
        assertThat(((Element) failure.getParentNode()).getAttribute("name")).isEqualTo("negotiation/offered");

        Element nasty = parse(Samples.nasty());
        assertThat(nasty.getAttribute("errors")).isEqualTo("1");
        assertThat(all(nasty, "error")).hasSize(1);
        assertThat(all(parse(Samples.mixed()), "skipped"))
                .extracting(one -> one.getAttribute("message"))
                .containsExactly(
                        "not offered: the program does not offer UDP ASSOCIATE",
                        "not offered: the program does not offer UDP ASSOCIATE",
                        "skipped: needs --pid");
    }

    /** Control characters are none in XML 1.0, not even as references. */
    @Test
    void whatProgramsSendIsEscaped() throws Exception {
        Element failure = all(parse(Samples.nasty()), "failure").get(0);
        assertThat(failure.getAttribute("message")).isEqualTo(Plain.line(Samples.NASTY));
        assertThat(failure.getTextContent()).contains("]]>\\u0000\\ud800\\uffff");
    }
}
