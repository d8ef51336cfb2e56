/** The command {@code forward}: local addresses whose connections go through a proxy, for programs that know none. */
package dev.socks5.proxy.forward;
