package dev.socks5.schedules;

/** A few threads that meet, from the making of what they share to the look at what is left. */
@FunctionalInterface
public interface Scenario {

    void run() throws Exception;
}
