/** What the operator gives the server besides options: files, which may change, and what is typed on a terminal. */
package dev.socks5.proxy.input;
