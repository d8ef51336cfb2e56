package dev.socks5.client.internal.report;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.NullUnmarked;

/**
 * An event that Java Flight Recorder can record of a client. Names and fields are part of the public interface, for
 * readers of recordings, though the classes are not. Text from the network is escaped.
 */
@NullUnmarked // A field without a value is recorded as null.
@Category("SOCKS5")
abstract class FlightEvent extends Event {

    @Label("Attempt")
    @Description("Counts the attempts in this JVM; joins the events of one")
    long attempt;

    @Label("Command")
    String command;

    @Label("Destination")
    @Description("As the client was given it")
    String destination;

    @Label("Proxies")
    @Description("From here to there; empty if the destination goes direct")
    String proxies;

    /** Has a stack trace, of the code that wants the connection: it is made on that code's thread. */
    @Name("dev.socks5.client.Connecting")
    @Label("Connecting")
    static final class Connecting extends FlightEvent {}

    @Name("dev.socks5.client.Connected")
    @Label("Connected")
    @StackTrace(false)
    static final class Connected extends FlightEvent {
        @Label("Total")
        @Timespan(Timespan.NANOSECONDS)
        long total;

        @Label("Look-up")
        @Description("Of names that are looked up here")
        @Timespan(Timespan.NANOSECONDS)
        long lookUp;

        @Label("Dial")
        @Description("Of the first proxy, or of a destination that goes direct")
        @Timespan(Timespan.NANOSECONDS)
        long dial;

        @Label("TLS")
        @Description("With all proxies together")
        @Timespan(Timespan.NANOSECONDS)
        long tls;

        @Label("Negotiation")
        @Description("Of methods, with all proxies together")
        @Timespan(Timespan.NANOSECONDS)
        long negotiation;

        @Label("Request")
        @Description("Until the reply, of all proxies together")
        @Timespan(Timespan.NANOSECONDS)
        long request;
    }

    @Name("dev.socks5.client.ConnectFailed")
    @Label("Connect Failed")
    @StackTrace(false)
    static final class ConnectFailed extends FlightEvent {
        @Label("Phase")
        String phase;

        @Label("Proxy")
        @Description("The one that it was about; none if it was about the destination")
        String proxy;

        @Label("Reason")
        String reason;

        @Label("Total")
        @Timespan(Timespan.NANOSECONDS)
        long total;
    }
}
