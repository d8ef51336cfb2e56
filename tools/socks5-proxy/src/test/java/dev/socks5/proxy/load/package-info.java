/** What a server is loaded with while its settings change. */
package dev.socks5.proxy.load;
