/** The runnable server: options, and what becomes of them. */
package dev.socks5.proxy;
