package dev.socks5.simulation.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Queue;

/** Listens at an address that the server can connect to. */
final class Origin {

    private final Stage stage;
    private final InetSocketAddress address;
    private final Queue<Program> accepted = new ArrayDeque<>();
    private int count;

    Origin(Stage stage, InetSocketAddress at) {
        this.stage = stage;
        this.address = at;
        stage.network.listen(at, from -> accept().ears());
    }

    private Program accept() {
        Program program = new Program(stage.world);
        accepted.add(program);
        count++;
        return program;
    }

    InetSocketAddress address() {
        return address;
    }

    /** Waits for the next connection to it. */
    Program takes() {
        stage.world.runUntil(() -> !accepted.isEmpty());
        assertThat(accepted).as("connections to %s", address).isNotEmpty();
        Program program = accepted.remove();
        program.connected();
        return program;
    }

    /** Returns how many have connected to it so far. */
    int count() {
        return count;
    }
}
