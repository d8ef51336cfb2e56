package dev.socks5.interop;

import static dev.socks5.interop.Finding.LOSES;
import static dev.socks5.interop.Finding.MIXES_UP;
import static dev.socks5.interop.Finding.NOT_TRIED;
import static dev.socks5.interop.Finding.NO_LOGIN;
import static dev.socks5.interop.Finding.TAKES;

/** What each server makes of messages that come together: the rows of the table in {@code docs/sending-ahead.md}. */
enum SendingAhead {
    OURS("this project's", TAKES, TAKES, TAKES, TAKES),
    DANTED("Dante", TAKES, NOT_TRIED, NOT_TRIED, TAKES),
    MICROSOCKS("microsocks", LOSES, LOSES, LOSES, LOSES),
    NETTY_EXAMPLE("Netty's example", LOSES, NO_LOGIN, NO_LOGIN, LOSES),
    OPENSSH("OpenSSH, `ssh -D`", TAKES, NO_LOGIN, NO_LOGIN, TAKES),
    SIMPLE_SOCKS("simple-socks", LOSES, LOSES, LOSES, TAKES),
    TOR("Tor", TAKES, TAKES, MIXES_UP, NOT_TRIED);

    private final String server;

    /** A request behind the greeting. */
    final Finding request;

    /** A request behind the login, once the server has selected that. */
    final Finding requestBehindLogin;

    /** A login behind the greeting, and a request behind that. */
    final Finding login;

    /** The first bytes of the tunnel behind the request. */
    final Finding firstBytes;

    SendingAhead(String server, Finding request, Finding requestBehindLogin, Finding login, Finding firstBytes) {
        this.server = server;
        this.request = request;
        this.requestBehindLogin = requestBehindLogin;
        this.login = login;
        this.firstBytes = firstBytes;
    }

    /** The row, as far as it goes without the version. */
    String row() {
        return "| %s | %s | %s | %s | %s |".formatted(server, request, requestBehindLogin, login, firstBytes);
    }
}
