package dev.socks5.interop;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.socks5.junit.Socks5TestProxy;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Hashtable;
import java.util.concurrent.TimeUnit;
import javax.naming.Context;
import javax.naming.directory.InitialDirContext;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the guard of the test kit sees of libraries that go past the proxy, as some of them silently did in 2026. */
class GuardedLibrariesTest {

    private static final String NAME = "leak.example.com";
    private static final long LIMIT_SECONDS = 20;
    private static final int BRIEFLY_MILLIS = 50;

    /** Where the leaks lead; nothing may arrive there. */
    private ServerSocketChannel origin;

    private DatagramSocket datagrams;

    /** Transports of Netty. */
    enum Transport {
        NIO(NioSocketChannel.class, NioDatagramChannel.class),
        EPOLL(EpollSocketChannel.class, EpollDatagramChannel.class);

        private final Class<? extends Channel> streams;
        private final Class<? extends DatagramChannel> datagrams;

        Transport(Class<? extends Channel> streams, Class<? extends DatagramChannel> datagrams) {
            this.streams = streams;
            this.datagrams = datagrams;
        }

        EventLoopGroup loops() {
            Assumptions.assumeTrue(this == NIO || Epoll.isAvailable(), "no epoll here");
            IoHandlerFactory factory = this == NIO ? NioIoHandler.newFactory() : EpollIoHandler.newFactory();
            return new MultiThreadIoEventLoopGroup(1, factory);
        }
    }

    @BeforeEach
    void open() throws IOException {
        origin = ServerSocketChannel.open().bind(new InetSocketAddress(Loopback.V4, 0));
        origin.configureBlocking(false);
        datagrams = new DatagramSocket(0, Loopback.V4);
        datagrams.setSoTimeout(BRIEFLY_MILLIS);
    }

    @AfterEach
    void close() throws IOException {
        origin.close();
        datagrams.close();
    }

    /** It asks the selector, and takes no notice of SOCKS. */
    @Test
    void theJdksHttpClientIsSeen() throws Exception {
        try (Socks5TestProxy proxy = Socks5TestProxy.start()) {
            HttpClient client =
                    HttpClient.newBuilder().proxy(proxy.proxySelector()).build();
            assertThat(Guarded.findings(() -> get(client, "127.0.0.1")))
                    .contains("* connection to 127.0.0.1:" + port(), "HttpClient takes no notice of SOCKS proxies");
            assertThat(Guarded.findings(() -> get(client, NAME)))
                    .contains("* look-up of " + NAME, "HttpClient takes no notice of SOCKS proxies");
            assertThat(proxy.requests()).isEmpty();
        }
        assertNothingArrived();
    }

    /** jsoup 1.21, issue 2468: on Java 11 and later it gives its proxy to that client. */
    @Test
    void jsoupIsSeen() throws Exception {
        try (Socks5TestProxy proxy = Socks5TestProxy.start()) {
            assertThat(Guarded.findings(() -> Jsoup.connect("http://127.0.0.1:" + port() + "/")
                            .proxy(proxy.proxy())
                            .get()))
                    .contains("* connection to 127.0.0.1:" + port());
            assertThat(Guarded.findings(() -> Jsoup.connect("http://" + NAME + "/")
                            .proxy(proxy.proxy())
                            .get()))
                    .contains("* look-up of " + NAME);
            assertThat(proxy.requests()).isEmpty();
        }
        assertNothingArrived();
    }

    /**
     * Pulsar, pull request 25575: its look-ups by HTTP were Netty without a handler for the proxy, on epoll where that
     * is there.
     */
    @ParameterizedTest
    @EnumSource
    void nettyIsSeen(Transport transport) throws Exception {
        EventLoopGroup loops = transport.loops();
        try {
            assertThat(Guarded.findings(() -> bootstrap(loops, transport.streams)
                            .connect(address())
                            .sync()))
                    .contains("* connection to 127.0.0.1:" + port());
            assertThat(Guarded.findings(() -> bootstrap(loops, transport.streams)
                            .connect(NAME, port())
                            .sync()))
                    .contains("* look-up of " + NAME);
        } finally {
            stop(loops);
        }
        assertNothingArrived();
    }

    @ParameterizedTest
    @EnumSource
    void datagramsOfNettyAreSeen(Transport transport) throws Exception {
        EventLoopGroup loops = transport.loops();
        try {
            Channel channel =
                    bootstrap(loops, transport.datagrams).bind(0).sync().channel();
            InetSocketAddress target = (InetSocketAddress) datagrams.getLocalSocketAddress();
            assertThat(Guarded.findings(() -> channel.writeAndFlush(
                                    new DatagramPacket(Unpooled.copiedBuffer("hello", US_ASCII), target))
                            .sync()))
                    .contains("* datagram to 127.0.0.1:" + datagrams.getLocalPort());
            assertThat(Guarded.findings(() -> bootstrap(loops, transport.datagrams)
                            .connect(target)
                            .sync()))
                    .contains("* connection to 127.0.0.1:" + datagrams.getLocalPort());
        } finally {
            stop(loops);
        }
        assertNothingArrived();
    }

    /** Netty's own resolver, which Pulsar and others use instead of the JDK's. */
    @ParameterizedTest
    @EnumSource
    void lookUpsOfNettyAreSeen(Transport transport) throws Exception {
        EventLoopGroup loops = transport.loops();
        InetSocketAddress nameServer = (InetSocketAddress) datagrams.getLocalSocketAddress();
        try {
            assertThat(Guarded.findings(() -> {
                        try (DnsNameResolver resolver = new DnsNameResolverBuilder(loops.next())
                                .datagramChannelType(transport.datagrams)
                                .nameServerProvider(new SingletonDnsServerAddressStreamProvider(nameServer))
                                .build()) {
                            resolver.resolve(NAME).sync();
                        }
                    }))
                    .contains(" to 127.0.0.1:" + datagrams.getLocalPort());
        } finally {
            stop(loops);
        }
        assertNothingArrived();
    }

    @Test
    void nettysUnixDomainSocketsAreSeen() throws Exception {
        EventLoopGroup loops = Transport.EPOLL.loops();
        try {
            assertThat(Guarded.findings(() -> bootstrap(loops, EpollDomainSocketChannel.class)
                            .connect(new DomainSocketAddress("/run/nobody.sock"))
                            .sync()))
                    .contains("* connection to unix:/run/nobody.sock");
        } finally {
            stop(loops);
        }
    }

    /** ktor's CIO engine, pull request 5857: a SOCKS proxy became none, and its sockets are channels on a selector. */
    @Test
    void channelsOnASelectorAreSeen() throws Exception {
        assertThat(Guarded.findings(() -> {
                    try (SocketChannel channel = SocketChannel.open()) {
                        channel.configureBlocking(false);
                        channel.connect(new InetSocketAddress(NAME, port()));
                    }
                }))
                .contains("* look-up of " + NAME);
        assertThat(Guarded.findings(() -> {
                    try (SocketChannel channel = SocketChannel.open()) {
                        channel.configureBlocking(false);
                        channel.connect(address());
                    }
                }))
                .contains("* connection to 127.0.0.1:" + port());
        assertNothingArrived();
    }

    @Test
    @SuppressWarnings({"BanJNDI", "JdkObsolete"}) // That is how it is asked.
    void lookUpsOfJndiAreSeen() throws Exception {
        Hashtable<String, String> environment = new Hashtable<>();
        environment.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.dns.DnsContextFactory");
        environment.put(Context.PROVIDER_URL, "dns://127.0.0.1:" + datagrams.getLocalPort());
        assertThat(Guarded.findings(() -> new InitialDirContext(environment).getAttributes(NAME, new String[] {"A"})))
                .contains("* connection to 127.0.0.1:" + datagrams.getLocalPort());
        assertNothingArrived();
    }

    /** A limit of the guard: it is in this JVM, and nowhere else. */
    @Test
    void anotherProcessIsNotSeen() throws Exception {
        String findings = Guarded.findings(
                () -> assertThat(new ProcessBuilder("bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/" + port())
                                .start()
                                .waitFor(LIMIT_SECONDS, TimeUnit.SECONDS))
                        .isTrue());
        assertThat(findings).isEmpty();
        try (SocketChannel arrived = origin.accept()) {
            assertThat(arrived).isNotNull();
        }
    }

    private static Bootstrap bootstrap(EventLoopGroup loops, Class<? extends Channel> type) {
        return new Bootstrap().group(loops).channel(type).handler(new ChannelInboundHandlerAdapter());
    }

    private void get(HttpClient client, String host) throws Exception {
        URI uri = URI.create("http://" + host + ":" + port() + "/");
        client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding());
    }

    private void assertNothingArrived() throws IOException {
        assertThat(origin.accept()).isNull();
        try {
            datagrams.receive(new java.net.DatagramPacket(new byte[1], 1));
            throw new AssertionError("a datagram arrived");
        } catch (SocketTimeoutException e) {
            // As it should be.
        }
    }

    private InetSocketAddress address() throws IOException {
        return (InetSocketAddress) origin.getLocalAddress();
    }

    private int port() throws IOException {
        return address().getPort();
    }

    private static void stop(EventLoopGroup loops) throws InterruptedException {
        loops.shutdownGracefully(0, LIMIT_SECONDS, TimeUnit.SECONDS).await();
    }
}
