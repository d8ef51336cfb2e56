package dev.socks5.conformance.client;

import dev.socks5.conformance.peer.RightClient;
import java.util.function.Supplier;

/**
 * A peer that does one thing wrong, for the case that has to notice.
 *
 * @param id of the case
 * @param message a part of what the case says then
 * @param peer makes one
 */
record WrongClient(String id, String message, Supplier<RightClient> peer) {}
