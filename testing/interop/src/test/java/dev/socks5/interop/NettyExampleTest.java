package dev.socks5.interop;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.example.socksproxy.SocksServerInitializer;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** What the SOCKS server among Netty's examples, which many have copied, makes of messages that come together. */
class NettyExampleTest implements FlightMatrix.WithTunnel {

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private Channel listener;

    @BeforeAll
    void start() throws InterruptedException {
        listener = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .childHandler(new SocksServerInitializer())
                .bind(Loopback.V4, 0)
                .sync()
                .channel();
    }

    @AfterAll
    void stop() throws InterruptedException {
        loop.shutdownGracefully(0, 5, TimeUnit.SECONDS).await();
    }

    @Override
    public InetSocketAddress proxy() {
        return (InetSocketAddress) listener.localAddress();
    }

    @Override
    public SendingAhead row() {
        return SendingAhead.NETTY_EXAMPLE;
    }
}
