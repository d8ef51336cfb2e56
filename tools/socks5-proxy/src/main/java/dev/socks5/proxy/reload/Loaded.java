package dev.socks5.proxy.reload;

import java.util.List;

/**
 * What was read from files.
 *
 * @param doubts why a file may be half of what is still being written; empty if all seem whole
 * @param remarks what the operator should know once it is taken
 */
public record Loaded(UsersAndRules value, List<String> doubts, List<String> remarks) {}
