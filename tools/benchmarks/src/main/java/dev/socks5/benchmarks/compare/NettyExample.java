package dev.socks5.benchmarks.compare;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.example.socksproxy.SocksServerInitializer;
import io.netty.util.Version;

/**
 * The SOCKS server among Netty's examples, with its handlers as they are. Its own main class listens on every address
 * of the machine, for everybody, and logs each connection that it accepts.
 */
final class NettyExample {

    private NettyExample() {}

    /**
     * Serves until it is stopped.
     *
     * @param args the port on 127.0.0.1; without one it tells its version and ends
     */
    public static void main(String... args) throws InterruptedException {
        if (args.length == 0) {
            System.out.println(Version.identify().values().iterator().next().artifactVersion());
            return;
        }
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(NioIoHandler.newFactory());
        new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .childHandler(new SocksServerInitializer())
                .bind("127.0.0.1", Integer.parseInt(args[0]))
                .sync()
                .channel()
                .closeFuture()
                .sync();
    }
}
