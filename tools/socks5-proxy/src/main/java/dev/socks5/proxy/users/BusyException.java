package dev.socks5.proxy.users;

/** A login could not be checked: others were. It may be good. Has no stack trace: a log may get many of them. */
final class BusyException extends Exception {

    private static final long serialVersionUID = 1;

    BusyException(String message) {
        super(message, null, false, false);
    }
}
