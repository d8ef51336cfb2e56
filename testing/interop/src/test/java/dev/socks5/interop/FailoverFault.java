package dev.socks5.interop;

/** What may be wrong with one of several proxies, and what the client makes of it: rows of {@code docs/failover.md}. */
enum FailoverFault {
    KILLED("is killed, and started again: one of them after the other", Service.BY_OTHERS, true),
    HANGS("is stopped (`SIGSTOP`): connections are taken by its host, and nobody answers", Service.BY_OTHERS, true),
    HANGS_UP("closes the connection after the greeting", Service.BY_OTHERS, true),
    KEEPS_OUT("refuses the login", Service.BY_OTHERS, true),
    BABBLES("answers something else than SOCKS5", Service.BY_OTHERS, true),
    GENERAL_FAILURE("replies 01, general failure", Service.BY_OTHERS, false),
    NOT_ALLOWED("replies 02, not allowed by its rules", Service.BY_OTHERS, false),
    HOST_UNREACHABLE("replies 04, host unreachable", Service.BY_OTHERS, false),
    REFUSED("replies 05, refused by the destination", Service.NONE, false),
    ALL_KILLED("is killed, and so are all the others", Service.NONE, true);

    /** Who serves the requests meanwhile. */
    enum Service {
        BY_OTHERS("another proxy, within the same request"),
        NONE("nobody: the request fails");

        private final String text;

        Service(String text) {
            this.text = text;
        }
    }

    private final String text;

    /** Who serves the requests meanwhile. */
    final Service service;

    /** Whether further requests ask others first. */
    final boolean passedOver;

    FailoverFault(String text, Service service, boolean passedOver) {
        this.text = text;
        this.service = service;
        this.passedOver = passedOver;
    }

    /** The row of the table. */
    String row() {
        return "| %s | %s | %s |".formatted(text, service.text, passedOver ? "yes" : "no");
    }

    /** What it is called in the table of figures. */
    String title() {
        return text;
    }
}
