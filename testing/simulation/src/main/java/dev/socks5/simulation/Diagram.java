package dev.socks5.simulation;

import dev.socks5.codec.ReplyCode;
import dev.socks5.codec.Request;
import dev.socks5.server.SessionEnd;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5ServerListener;
import dev.socks5.simulation.network.Trace;
import dev.socks5.simulation.network.World;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Draws the messages of a run in time: clients on the left, the server in the middle, those that it connects to on the
 * right; and between them what the server tells of its sessions.
 */
final class Diagram implements Socks5ServerListener {

    private static final int MOST_BYTES = 12;
    private static final int WIDTH = 44;

    private record Line(long time, int order, String text) {}

    private final World world;
    private final List<Line> notes = new ArrayList<>();

    Diagram(World world) {
        this.world = world;
    }

    private void note(SessionInfo session, String text) {
        String who = "session " + session.id() + " ";
        notes.add(new Line(world.elapsed(), world.trace().entries().size(), " ".repeat(WIDTH - 8) + "* " + who + text));
    }

    /** Notes what somebody does who is in no picture. */
    void note(String text) {
        notes.add(new Line(world.elapsed(), world.trace().entries().size(), " ".repeat(WIDTH - 8) + "* " + text));
    }

    @Override
    public void accepted(SessionInfo session) {
        note(session, "accepted");
    }

    @Override
    public void requested(SessionInfo session) {
        Request request = Objects.requireNonNull(session.request());
        note(session, "asks for " + request.command() + " " + request.destination());
    }

    @Override
    public void requestFailed(SessionInfo session, ReplyCode code, String reason) {
        note(session, "failed: " + code + " (" + reason + ")");
    }

    @Override
    public void connected(SessionInfo session, SocketAddress peer, Duration taken) {
        note(session, "connected");
    }

    @Override
    public void closed(SessionInfo session, SessionEnd end) {
        note(session, "closed: " + end.reason() + ", " + end.bytesUp() + " up, " + end.bytesDown() + " down");
    }

    /** Draws everything that the world's trace has. */
    String draw() {
        List<Line> lines = new ArrayList<>(notes);
        List<Trace.Entry> entries = world.trace().entries();
        for (int i = 0; i < entries.size(); i++) {
            lines.add(new Line(entries.get(i).time(), i, arrow(entries.get(i))));
        }
        lines.sort(Comparator.comparingLong(Line::time).thenComparingInt(Line::order));
        StringBuilder drawing = new StringBuilder(
                " ".repeat(14) + "client" + " ".repeat(WIDTH - 10) + "server" + " ".repeat(WIDTH - 10) + "far end\n");
        for (Line line : lines) {
            drawing.append("%10.3f ms ".formatted(line.time() / 1e6))
                    .append(line.text())
                    .append('\n');
        }
        return drawing.toString();
    }

    private static String arrow(Trace.Entry entry) {
        boolean fromServer = isServer(entry.from());
        InetSocketAddress server = fromServer ? entry.from() : entry.to();
        InetSocketAddress other = fromServer ? entry.to() : entry.from();
        boolean left = server.getPort() == Addresses.SOCKS;
        boolean rightwards = left != fromServer;
        String label = " " + text(entry) + " [" + other.getPort() + "] ";
        String line = "-".repeat(Math.max(2, WIDTH - 4 - label.length()));
        String arrow = rightwards ? "|--" + label + line + ">|" : "|<" + line + label + "--|";
        return left ? arrow : " ".repeat(WIDTH - 2) + arrow;
    }

    private static boolean isServer(InetSocketAddress address) {
        return Addresses.SERVER.contains(address.getAddress());
    }

    private static String text(Trace.Entry entry) {
        byte[] bytes = entry.bytes();
        if (bytes.length == 0) {
            return entry.kind().name().toLowerCase(Locale.ROOT);
        }
        String hex = HexFormat.ofDelimiter(" ").formatHex(bytes, 0, Math.min(bytes.length, MOST_BYTES));
        return bytes.length <= MOST_BYTES ? hex : hex + " ... " + bytes.length + " bytes";
    }
}
