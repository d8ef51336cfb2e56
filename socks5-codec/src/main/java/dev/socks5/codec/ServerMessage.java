package dev.socks5.codec;

/** A handshake message that a server sends. */
public sealed interface ServerMessage extends Message permits MethodSelection, PasswordResponse, GssapiMessage, Reply {}
