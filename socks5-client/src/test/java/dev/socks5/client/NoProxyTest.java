package dev.socks5.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.codec.Endpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NoProxyTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "example.com; example.com:80",
                "example.com; EXAMPLE.com.:80",
                "example.com; www.example.com:80",
                "example.com; a.b.example.com:80",
                ".example.com; example.com:80",
                ".example.com; www.example.com:80",
                "*.example.com; www.example.com:80",
                "Example.COM; www.example.com:80",
                "localhost,example.com; example.com:80",
                "localhost, example.com; example.com:80",
                "localhost example.com; example.com:80",
                "localhost,,example.com,; localhost:80",
                "localhost; localhost:80",
                "my_host; my_host:80",
                "192.0.2.1; 192.0.2.1:80",
                "192.0.2.1; [::ffff:192.0.2.1]:80",
                "10.0.0.0/8; 10.1.2.3:80",
                "::1; [::1]:80",
                "[::1]; [::1]:80",
                "2001:db8::1:2; [2001:db8::1:2]:80",
                "fe80::/10; [fe80::1]:80",
                "64:ff9b::/96; [64:ff9b::a01:203]:80",
                "64:ff9b::/96:80; [64:ff9b::a01:203]:80",
                "example.com:443; example.com:443",
                "example.com:443; www.example.com:443",
                ".example.com:443; www.example.com:443",
                "192.0.2.1:443; 192.0.2.1:443",
                "[::1]:443; [::1]:443",
                "10.0.0.0/8:443; 10.1.2.3:443",
                "*; example.com:80",
                "*; [::1]:80",
                "foo,*; 192.0.2.1:1",
                "b\u00fccher.example,<local>,*foo*,localhost; localhost:80"
            })
    void matches(String text, String destination) {
        assertThat(NoProxy.parse(text)).accepts(Endpoint.parse(destination));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "''; example.com:80",
                "' , '; example.com:80",
                "example.com; notexample.com:80",
                "10.0.0.0/8; [64:ff9b::a01:203]:80",
                "::ffff:10.0.0.0/104; [64:ff9b::a01:203]:80",
                "10.0.0.0/8; [2002:a01:203::1]:80",
                "192.0.2.1:80; [64:ff9b::c000:201]:80",
                "example.com; example.com.org:80",
                "example.com; com:80",
                "*.example.com; example.com:80",
                "www.example.com; example.com:80",
                "192.0.2.1; 192.0.2.10:80",
                "10.0.0.0/8; 11.0.0.1:80",
                "10.0.0.0/8; example.com:80",
                "::1; [::2]:80",
                "example.com:443; example.com:80",
                "example.com:443; www.example.com:80",
                "[::1]:443; [::1]:80",
                "localhost; 127.0.0.1:80",
                "127.0.0.1; localhost:80",
                "*foo*; afoob:80",
                "exa*mple.com; example.com:80",
                "10.0.0.0/33; 10.0.0.1:80",
                "127.1; 127.0.0.1:80",
                "http://example.com; example.com:80",
                ".; example.com:80",
                "..example.com; example.com:80",
                ".*; example.com:80",
                ".*:80; example.com:80",
                ".*.example.com; www.example.com:80",
                ".10.0.0.0/8; 10.0.0.1:80",
                ".192.0.2.1; 192.0.2.1:80",
                ".[::1]; [::1]:80",
                ".2001:db8::/32; [2001:db8::1]:80",
                "<local>; localhost:80"
            })
    void doesNotMatch(String text, String destination) {
        assertThat(NoProxy.parse(text)).rejects(Endpoint.parse(destination));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "localhost; localhost:80",
                "LocalHost; LOCALHOST.:80",
                "a|*.example.com|10.*; www.example.com:80",
                "a|*.example.com|10.*; 10.1.2.3:80",
                "a|*.example.com|10.*; a:80",
                "10.*; 10.example.com:80",
                "*example*; www.example.com:80",
                "*; 192.0.2.1:80",
                "**; example.com:80",
                "[::1]; [::1]:80",
                "[0:0:0:0:0:0:0:1]; [::1]:80",
                "[fe80:*; [fe80::1]:80",
                " localhost | a ; localhost:80",
                "||localhost; localhost:80"
            })
    void nonProxyHostsMatch(String text, String destination) {
        assertThat(NoProxy.nonProxyHosts(text)).accepts(Endpoint.parse(destination));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "''; example.com:80",
                "|; example.com:80",
                "example.com; www.example.com:80",
                "*.example.com; example.com:80",
                "exa*mple.com; example.com:80",
                "a.b; aXb:80",
                "10.*; 110.0.0.1:80",
                "10.0.0.0/8; 10.0.0.1:80",
                "a,b; a:80",
                "::1; [::1]:80"
            })
    void nonProxyHostsDoNotMatch(String text, String destination) {
        assertThat(NoProxy.nonProxyHosts(text)).rejects(Endpoint.parse(destination));
    }

    @ParameterizedTest
    @ValueSource(strings = {"example.com,10.0.0.0/8", ""})
    void textIsWhatWasRead(String text) {
        assertThat(NoProxy.parse(text)).hasToString(text);
        assertThat(NoProxy.nonProxyHosts(text)).hasToString(text);
    }

    /** Nothing in a list costs more than its length. */
    @Test
    void aLongListIsRead() {
        assertThat(NoProxy.parse("a.example, ".repeat(10_000))).accepts(Endpoint.of("a.example", 1));
    }
}
