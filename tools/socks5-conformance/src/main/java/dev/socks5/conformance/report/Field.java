package dev.socks5.conformance.report;

/**
 * A part of a message.
 *
 * @param name as the RFC writes it, such as "VER"
 * @param from the first byte
 * @param to the byte behind the last
 * @param meaning what it says, or empty
 */
record Field(String name, int from, int to, String meaning) {}
