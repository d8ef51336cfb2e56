/** Users, their passwords and hashes of these: read from a file, checked at a login, made by a command. */
package dev.socks5.proxy.users;
