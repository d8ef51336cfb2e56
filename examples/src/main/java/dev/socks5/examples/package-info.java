/** Short programs to copy from, each run by a test. */
package dev.socks5.examples;
