package dev.socks5.micrometer;

/** What programs check that run without a test library. */
final class Programs {

    private Programs() {}

    static void require(boolean condition) {
        if (!condition) {
            throw new IllegalStateException("not as it should be");
        }
    }

    static void requireMissing(String name) {
        try {
            Class.forName(name);
        } catch (ClassNotFoundException e) {
            return;
        }
        throw new IllegalStateException(name + " is there");
    }
}
