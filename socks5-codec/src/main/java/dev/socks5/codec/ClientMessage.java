package dev.socks5.codec;

/** A handshake message that a client sends. */
public sealed interface ClientMessage extends Message permits Greeting, PasswordRequest, GssapiMessage, Request {}
