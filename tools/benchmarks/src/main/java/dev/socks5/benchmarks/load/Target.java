package dev.socks5.benchmarks.load;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A server to be measured.
 *
 * @param address where it listens
 * @param login {@code user:password}, if it asks for one
 * @param pid its process, if its CPU time and memory shall be measured
 */
public record Target(InetSocketAddress address, Optional<String> login, OptionalLong pid) {}
