package dev.socks5.server.internal.report;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.NullUnmarked;

/**
 * An event that Java Flight Recorder can record of a server. Names and fields are part of the public interface, for
 * readers of recordings, though the classes are not. Text from a client is escaped.
 */
@NullUnmarked // A field without a value is recorded as null.
@Category("SOCKS5")
@StackTrace(false) // It would show the event loop, always.
abstract class FlightEvent extends Event {

    @Label("Server")
    @Description("The first address or path that the server listens on")
    String server;

    @Label("Client")
    String client;

    @Name("dev.socks5.Rejected")
    @Label("Connection Rejected")
    @Description("A connection was closed before any SOCKS was read from it")
    static final class Rejected extends FlightEvent {
        @Label("Reason")
        String reason;
    }

    /** An event of an accepted connection. */
    abstract static class OfSession extends FlightEvent {
        @Label("Session")
        @Description("Counts the connections of a server; joins the events of one")
        long session;

        @Label("User")
        @Description("Who has logged in")
        String user;
    }

    @Name("dev.socks5.Accepted")
    @Label("Connection Accepted")
    static final class Accepted extends OfSession {}

    @Name("dev.socks5.HandshakeFailed")
    @Label("Handshake Failed")
    static final class HandshakeFailed extends OfSession {
        @Label("Reason")
        @Description("What was wrong with TLS, or with the first bytes")
        String reason;
    }

    @Name("dev.socks5.Authenticated")
    @Label("Logged In")
    static final class Authenticated extends OfSession {}

    @Name("dev.socks5.LoginFailed")
    @Label("Login Failed")
    static final class LoginFailed extends OfSession {
        @Label("Reason")
        @Description("What the client was not told")
        String reason;
    }

    /** An event of a request. */
    abstract static class OfRequest extends OfSession {
        @Label("Command")
        String command;

        @Label("Destination")
        @Description("As the client wrote it")
        String destination;
    }

    @Name("dev.socks5.Requested")
    @Label("Request Made")
    static final class Requested extends OfRequest {}

    @Name("dev.socks5.RequestFailed")
    @Label("Request Failed")
    static final class RequestFailed extends OfRequest {
        @Label("Reply")
        @Description("What the client was told")
        String reply;

        @Label("Reason")
        @Description("What the client was not told, such as the rule that decided")
        String reason;
    }

    @Name("dev.socks5.Listening")
    @Label("Listening for a Client")
    static final class Listening extends OfRequest {
        @Label("Local Address")
        String local;
    }

    @Name("dev.socks5.AssociationMoved")
    @Label("Association Moved")
    @Description("The client's datagrams come from another port than before")
    static final class AssociationMoved extends OfRequest {
        @Label("Old Address")
        String from;

        @Label("New Address")
        String to;
    }

    @Name("dev.socks5.Connected")
    @Label("Tunnel Connected")
    static final class Connected extends OfRequest {
        @Label("Peer")
        @Description("The address that was connected to; for BIND, the one that connected")
        String peer;

        @Label("Time Taken")
        @Description("Since the request")
        @Timespan(Timespan.NANOSECONDS)
        long taken;
    }

    @Name("dev.socks5.Closed")
    @Label("Connection Closed")
    static final class Closed extends OfRequest {
        @Label("Reason")
        String reason;

        @Label("Lifetime")
        @Description("Since it was accepted")
        @Timespan(Timespan.NANOSECONDS)
        long lifetime;

        @Label("Bytes Up")
        @Description("From the client, through the tunnel or as payload of datagrams")
        @DataAmount
        long bytesUp;

        @Label("Bytes Down")
        @Description("To the client, through the tunnel or as payload of datagrams")
        @DataAmount
        long bytesDown;

        @Label("Datagrams Up")
        long datagramsUp;

        @Label("Datagrams Down")
        long datagramsDown;

        @Label("Datagrams Dropped")
        long datagramsDropped;
    }
}
