package dev.socks5.benchmarks.load;

import java.io.IOException;
import java.nio.channels.SelectionKey;

/** What a {@link Loop} calls when a channel is ready. */
interface Handler {

    /**
     * Does what can be done now.
     *
     * @param key of the channel
     * @throws IOException if the load has failed, all of it
     */
    void ready(SelectionKey key) throws IOException;
}
