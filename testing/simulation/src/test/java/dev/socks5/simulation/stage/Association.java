package dev.socks5.simulation.stage;

import java.net.InetSocketAddress;

/** A client with an association, and a socket to use it from. */
record Association(Stage stage, Program control, InetSocketAddress relay, Datagrams socket) {

    private static final int FIRST_PORT = 50_000;

    static Association open(Stage stage) {
        return open(stage, stage.greeted());
    }

    /** From a connection on which the request comes next. */
    static Association open(Stage stage, Program control) {
        control.says("05 03 00 01 00 00 00 00 00 00");
        InetSocketAddress relay = control.hearsSuccess();
        return new Association(stage, control, relay, socket(stage, FIRST_PORT + stage.nextPort()));
    }

    private static Datagrams socket(Stage stage, int port) {
        return stage.datagrams(new InetSocketAddress(stage.setting.client, port));
    }

    /** Opens another socket of the same client. */
    Datagrams another() {
        return socket(stage, FIRST_PORT + stage.nextPort());
    }

    Association says(InetSocketAddress destination, byte[] payload) {
        socket.says(relay, Datagrams.datagram(destination, payload));
        return this;
    }

    /** Waits for the next datagram, which has to be this one, and tells when it came. */
    long hears(InetSocketAddress source, byte[] payload) {
        return socket.hears(source, payload);
    }
}
