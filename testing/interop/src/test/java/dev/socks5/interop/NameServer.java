package dev.socks5.interop;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;
import org.xbill.DNS.io.IoClientFactory;
import org.xbill.DNS.io.TcpIoClient;
import org.xbill.DNS.io.UdpIoClient;

/** A DNS server on 127.0.0.1 that knows one address, and dnsjava as its client. */
final class NameServer implements AutoCloseable {

    /** The address of every name. */
    static final String ADDRESS = "192.0.2.80";

    private static final int LONGEST = 512;

    private final DatagramSocket socket = new DatagramSocket(0, Loopback.V4);

    private NameServer() throws IOException {
        new Thread(this::serve, "name-server").start();
    }

    static NameServer open() throws IOException {
        return new NameServer();
    }

    private void serve() {
        DatagramPacket packet = new DatagramPacket(new byte[LONGEST], LONGEST);
        try {
            while (true) {
                packet.setLength(LONGEST);
                socket.receive(packet);
                packet.setData(answer(Arrays.copyOf(packet.getData(), packet.getLength())));
                socket.send(packet);
                packet.setData(new byte[LONGEST]);
            }
        } catch (IOException e) {
            // Closed: the test is over.
        }
    }

    private static byte[] answer(byte[] query) throws IOException {
        Message message = new Message(query);
        message.getHeader().setFlag(Flags.QR);
        Name name = message.getQuestion().getName();
        message.addRecord(new ARecord(name, DClass.IN, 60, InetAddress.getByName(ADDRESS)), Section.ANSWER);
        return message.toWire();
    }

    /** What dnsjava finds out by sockets that are made so. */
    static String ask(NameServer server, Callable<DatagramSocket> sockets) throws IOException {
        SimpleResolver resolver = new SimpleResolver((InetSocketAddress) server.socket.getLocalSocketAddress());
        resolver.setTimeout(ClientMatrix.TIMEOUT);
        resolver.setIoClientFactory(new OverSockets(sockets));
        Name name = Name.fromString("www.example.com.");
        Message answer = resolver.send(Message.newQuery(Record.newRecord(name, Type.A, DClass.IN)));
        return ((ARecord) answer.getSection(Section.ANSWER).get(0)).getAddress().getHostAddress();
    }

    /** How dnsjava is told by which sockets to ask: this is all that there is to it. */
    private record OverSockets(Callable<DatagramSocket> sockets) implements IoClientFactory, UdpIoClient {

        @Override
        public UdpIoClient createOrGetUdpClient() {
            return this;
        }

        @Override
        public TcpIoClient createOrGetTcpClient() {
            throw new UnsupportedOperationException("UDP only");
        }

        @Override
        public CompletableFuture<byte[]> sendAndReceiveUdp(
                InetSocketAddress local,
                InetSocketAddress remote,
                Message query,
                byte[] data,
                int max,
                Duration timeout) {
            return CompletableFuture.supplyAsync(() -> {
                try (DatagramSocket socket = sockets.call()) {
                    socket.setSoTimeout((int) timeout.toMillis());
                    socket.connect(remote);
                    socket.send(new DatagramPacket(data, data.length));
                    DatagramPacket answer = new DatagramPacket(new byte[max], max);
                    socket.receive(answer);
                    return Arrays.copyOf(answer.getData(), answer.getLength());
                } catch (Exception e) {
                    throw new CompletionException(e);
                }
            });
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
