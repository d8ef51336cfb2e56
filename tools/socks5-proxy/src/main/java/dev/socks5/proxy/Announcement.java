package dev.socks5.proxy;

import dev.socks5.server.Socks5Server;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Tells where a server listens, and how to try it.
 *
 * @param user one of the users with a password; empty if there is none
 * @param byKerberos whether users may log in by Kerberos
 */
record Announcement(ListenOptions listen, TlsOptions tls, Optional<String> user, boolean byKerberos) {

    List<String> lines(Socks5Server server) {
        List<String> lines = new ArrayList<>();
        for (String address : listen.describe(server)) {
            String secured = lines.size() < tls.count() ? tls.describe() : "";
            lines.add(address + secured + (user.isPresent() || byKerberos ? ", login required" : ""));
        }
        listen.curlOption(server, tls.count())
                .map(proxy -> "curl " + proxy + " " + credentials() + "https://example.com/")
                .or(() -> tls.command(server))
                .ifPresent(command -> lines.add("Try:  " + command));
        return lines;
    }

    private String credentials() {
        return user.map(name -> "--proxy-user " + plain(name) + ":PASSWORD ")
                .orElse(byKerberos ? "--socks5-gssapi " : "");
    }

    /** A name that any shell and terminal takes as it is; else what stands for it. */
    private static String plain(String name) {
        return name.matches("[A-Za-z0-9._@-]+") ? name : "NAME";
    }
}
