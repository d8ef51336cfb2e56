package dev.socks5.proxy.load;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Who is there: users who stay, and one for each change, who goes with it. There are four ways to go, and these take
 * turns.
 */
public record Cast(List<Cast.Member> staying, List<Cast.Member> leaving) {

    /** A hash of "secret", of the least cost. */
    private static final String HASH = "$2y$04$Oprdt1LhcItThHpQ5USyluZo9PabbLGyPEZcHfpRpss4pa0TulR1u";

    /**
     * Somebody who logs in.
     *
     * @param port where this one goes to
     */
    public record Member(String name, int port) {}

    /** Writes what the users file has after so many changes. */
    public String users(int changes) {
        List<String> lines = new ArrayList<>();
        staying.forEach(member -> lines.add(member.name() + ":secret"));
        for (int i = 0; i < leaving.size(); i++) {
            String name = leaving.get(i).name();
            boolean gone = i < changes;
            switch (i % 4) {
                case 0 -> lines.add(gone ? "# " + name : name + ":secret");
                case 1 -> lines.add(name + ":" + (gone ? "changed" : HASH));
                default -> lines.add(name + ":" + HASH);
            }
        }
        return text(lines);
    }

    /** Writes what the rules file has after so many changes. */
    public String rules(int changes) {
        List<String> lines = new ArrayList<>();
        lines.add("deny 192.0.2.1");
        for (int i = 0; i < changes; i++) {
            Member member = leaving.get(i);
            switch (i % 4) {
                case 2 -> lines.add("deny 127.0.0.1 user=" + member.name());
                case 3 -> lines.add("deny *:" + member.port());
                default -> lines.add("# " + member.name());
            }
        }
        return text(lines);
    }

    private static String text(List<String> lines) {
        return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
    }
}
