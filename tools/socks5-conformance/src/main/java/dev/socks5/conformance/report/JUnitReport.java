package dev.socks5.conformance.report;

import dev.socks5.conformance.suite.Outcome;
import dev.socks5.conformance.suite.Verdict;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes a run as the XML of JUnit, which CI servers read: a test suite for each group. */
public final class JUnitReport {

    private final Report report;
    private final XMLStreamWriter xml;

    private JUnitReport(Report report, XMLStreamWriter xml) {
        this.report = report;
        this.xml = xml;
    }

    /** Returns the document. */
    public static String of(Report report) {
        StringWriter text = new StringWriter();
        try {
            new JUnitReport(report, XMLOutputFactory.newFactory().createXMLStreamWriter(text)).write();
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e);
        }
        return text.toString();
    }

    private void write() throws XMLStreamException {
        xml.writeStartDocument("UTF-8", "1.0");
        newLine();
        xml.writeStartElement("testsuites");
        attribute("name", "socks5-conformance " + report.side());
        counts(report.outcomes());
        attribute("time", seconds(report.time()));
        for (var group : report.groups().entrySet()) {
            suite(group.getKey(), group.getValue());
        }
        newLine();
        xml.writeEndElement();
        xml.writeEndDocument();
        newLine();
        xml.flush();
    }

    private void suite(String group, List<Outcome> outcomes) throws XMLStreamException {
        newLine();
        xml.writeStartElement("testsuite");
        attribute("name", report.side() + "." + group);
        counts(outcomes);
        Duration time = outcomes.stream().map(Outcome::time).reduce(Duration.ZERO, Duration::plus);
        attribute("time", seconds(time));
        attribute("timestamp", report.started().toString());
        newLine();
        xml.writeStartElement("properties");
        property("suite", report.suite());
        property("target", report.target());
        property("program", report.program().toString());
        xml.writeEndElement();
        for (Outcome outcome : outcomes) {
            testCase(outcome);
        }
        newLine();
        xml.writeEndElement();
    }

    private void counts(Collection<Outcome> outcomes) throws XMLStreamException {
        Tally tally = Tally.of(outcomes);
        attribute("tests", "" + outcomes.size());
        attribute("failures", "" + tally.of(Verdict.FAILED));
        attribute("errors", "" + tally.of(Verdict.BROKEN));
        attribute("skipped", "" + (tally.of(Verdict.NOT_OFFERED) + tally.of(Verdict.SKIPPED)));
    }

    private void property(String name, String value) throws XMLStreamException {
        xml.writeEmptyElement("property");
        attribute("name", name);
        attribute("value", value);
    }

    private void testCase(Outcome outcome) throws XMLStreamException {
        newLine();
        xml.writeStartElement("testcase");
        attribute("classname", report.side() + "." + outcome.of().group());
        attribute("name", outcome.of().id());
        attribute("time", seconds(outcome.time()));
        switch (outcome.verdict()) {
            case PASSED -> {}
            case FAILED -> unfit("failure", outcome);
            case BROKEN -> unfit("error", outcome);
            case NOT_OFFERED, SKIPPED -> {
                xml.writeEmptyElement("skipped");
                attribute("message", outcome.verdict() + ": " + outcome.reason());
            }
        }
        xml.writeEndElement();
    }

    private void unfit(String element, Outcome outcome) throws XMLStreamException {
        xml.writeStartElement(element);
        attribute("type", TextReport.origin(outcome.of()));
        attribute("message", outcome.reason());
        xml.writeCharacters("\n" + String.join("\n", TextReport.details(outcome)) + "\n");
        xml.writeEndElement();
    }

    private void attribute(String name, String value) throws XMLStreamException {
        xml.writeAttribute(name, Plain.line(value));
    }

    private void newLine() throws XMLStreamException {
        xml.writeCharacters("\n");
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.3f", time.toMillis() / 1000.0);
    }
}
