package dev.socks5.simulation.network;

import java.io.IOException;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;

/** Makes the channels and selectors of the simulated host. */
final class SimulatedSockets extends SelectorProvider {

    private final SimulatedNetwork network;

    SimulatedSockets(SimulatedNetwork network) {
        this.network = network;
    }

    @Override
    public DatagramChannel openDatagramChannel() throws IOException {
        return openDatagramChannel(StandardProtocolFamily.INET6);
    }

    @Override
    public DatagramChannel openDatagramChannel(ProtocolFamily family) throws IOException {
        network.checkDescriptors();
        return network.opened(new SimulatedDatagramChannel(network, family));
    }

    @Override
    public Pipe openPipe() {
        throw new UnsupportedOperationException();
    }

    @Override
    public AbstractSelector openSelector() throws IOException {
        network.checkDescriptors();
        return network.opened(new SimulatedSelector(network));
    }

    @Override
    public ServerSocketChannel openServerSocketChannel() throws IOException {
        return openServerSocketChannel(StandardProtocolFamily.INET6);
    }

    @Override
    public ServerSocketChannel openServerSocketChannel(ProtocolFamily family) throws IOException {
        network.checkDescriptors();
        return network.opened(new SimulatedServerSocketChannel(network, family));
    }

    @Override
    public SocketChannel openSocketChannel() throws IOException {
        return openSocketChannel(StandardProtocolFamily.INET6);
    }

    @Override
    public SocketChannel openSocketChannel(ProtocolFamily family) throws IOException {
        network.checkDescriptors();
        return network.opened(new SimulatedSocketChannel(network, family));
    }
}
