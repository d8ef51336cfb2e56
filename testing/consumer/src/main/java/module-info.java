/** A program that has the client and the server, and no more than they bring. */
module com.example.consumer {
    requires dev.socks5.client;
    requires dev.socks5.server;
}
