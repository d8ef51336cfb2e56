package dev.socks5.conformance.client;

import dev.socks5.conformance.peer.RightClient;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.function.Supplier;

/** The wrong peers of the group "udp". */
final class UdpPeers {

    private UdpPeers() {}

    static List<WrongClient> all() {
        return List.of(
                wrong("request", "expected the command UDP ASSOCIATE", Connects::new),
                wrong("source", "which the request has, but it came from port", Lies::new),
                wrong("header", "expected two zeros at the beginning", () -> header(1)),
                wrong("header", "expected the destination 127.83.5.9:18529", () -> header(5)),
                wrong("header", "expected a header in the datagram", () -> header(3)),
                wrong("to-the-relay", "expected a datagram at the address in the reply", ToTheProxy::new),
                wrong("wildcard", "expected a datagram at the address in the reply", Literal::new),
                wrong("refused", "no datagram may come after a reply with REP 07", Faults.AnyReply::new),
                wrong("connection-kept", "but it was ended", Closes::new),
                wrong("answer-of-a-stranger", "a datagram from a stranger was taken", Trusting::new),
                wrong("answer-fragment", "a fragment was taken", TakesFragments::new),
                wrong("answer-last-fragment", "a fragment was taken", TakesFragments::new),
                wrong("answer-short", "after a datagram of three bytes the answer", Delicate::new),
                wrong("answer-cut-header", "the answer from the relay was not printed", Delicate::new),
                wrong("answer-unknown-address-type", "the answer from the relay was not printed", Delicate::new));
    }

    private static WrongClient wrong(String name, String message, Supplier<RightClient> peer) {
        return new WrongClient("udp/" + name, message, peer);
    }

    private static RightClient header(int index) {
        return new RightClient() {
            @Override
            protected byte[] header(Task task) throws IOException {
                byte[] header = super.header(task);
                header[index]++;
                return header;
            }
        };
    }

    private static final class Connects extends RightClient {
        @Override
        protected byte[] request(int command, String host, int port) throws IOException {
            return super.request(CONNECT, host, port);
        }
    }

    private static final class Lies extends RightClient {
        @Override
        protected int source(DatagramSocket socket) {
            return socket.getLocalPort() ^ 1;
        }
    }

    private static final class ToTheProxy extends RightClient {
        @Override
        protected InetSocketAddress relay(InetSocketAddress bound, InetAddress proxy) {
            return new InetSocketAddress(proxy, bound.getPort() ^ 1);
        }
    }

    private static final class Literal extends RightClient {
        @Override
        protected InetSocketAddress relay(InetSocketAddress bound, InetAddress proxy) throws IOException {
            require(!bound.getAddress().isAnyLocalAddress(), "a wildcard");
            return bound;
        }
    }

    private static final class Closes extends RightClient {
        @Override
        protected void waiting(Socket socket) throws IOException {
            socket.close();
        }
    }

    private static final class Trusting extends RightClient {
        @Override
        protected boolean isAnswer(DatagramPacket packet, InetSocketAddress relay) {
            return true;
        }
    }

    private static final class TakesFragments extends RightClient {
        @Override
        protected boolean isAnswer(DatagramPacket packet, InetSocketAddress relay) {
            return packet.getSocketAddress().equals(relay);
        }
    }

    /** Gives up when a datagram is not what it should be. */
    private static final class Delicate extends RightClient {
        @Override
        protected boolean isAnswer(DatagramPacket packet, InetSocketAddress relay) throws IOException {
            require(super.isAnswer(packet, relay), "malformed");
            return true;
        }
    }
}
