/** Kerberos for SOCKS5 by the JDK's GSS-API (RFC 1961). The codec, the client and the server do without it. */
module dev.socks5.gssapi {
    requires transitive dev.socks5.codec;
    requires java.security.jgss;
    requires jdk.security.auth; // Krb5LoginModule, by its name: an image made by jlink would lack it.
    requires static org.jspecify;

    exports dev.socks5.gssapi;
}
