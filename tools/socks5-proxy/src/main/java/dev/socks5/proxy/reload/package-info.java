/** Changes without a restart: reads files again when they change or SIGHUP comes, and tells what that has changed. */
package dev.socks5.proxy.reload;
