package dev.socks5.interop;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.socks5.client.Socks5Client;
import dev.socks5.codec.Endpoint;
import dev.socks5.junit.Socks5TestProxy;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.proxy.ProxyConnectionEvent;
import io.netty.handler.proxy.Socks5ProxyHandler;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.resolver.NoopAddressResolverGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** The columns of docs/test-kit.md's table: clients that fetch {@link #PAGE} through a proxy with a fault. */
enum KitClient {
    JDK {
        @Override
        String fetch(Attempt attempt) throws IOException {
            try (Socket socket = new Socket(attempt.proxy().proxy())) {
                socket.setSoTimeout(attempt.millis());
                socket.connect(InetSocketAddress.createUnresolved(attempt.host(), attempt.port()), attempt.millis());
                return attempt.talk(socket);
            }
        }
    },
    NETTY {
        @Override
        String fetch(Attempt attempt) throws Exception {
            EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
            CompletableFuture<String> answer = new CompletableFuture<>();
            Socks5ProxyHandler handler =
                    new Socks5ProxyHandler(attempt.proxy().address(), OurServer.USER, OurServer.PASSWORD);
            handler.setConnectTimeoutMillis(attempt.millis());
            try {
                new Bootstrap()
                        .group(loop)
                        .channel(NioSocketChannel.class)
                        .resolver(NoopAddressResolverGroup.INSTANCE)
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, attempt.millis())
                        .handler(new ChannelInitializer<SocketChannel>() {
                            @Override
                            protected void initChannel(SocketChannel channel) {
                                channel.pipeline().addLast(handler, new Page(attempt, answer));
                            }
                        })
                        .connect(InetSocketAddress.createUnresolved(attempt.host(), attempt.port()))
                        .addListener(done -> {
                            if (!done.isSuccess()) {
                                answer.completeExceptionally(done.cause());
                            }
                        });
                return answer.get();
            } catch (ExecutionException e) {
                throw e.getCause() instanceof Exception failure ? failure : e;
            } finally {
                loop.shutdownGracefully(0, 10, TimeUnit.SECONDS).await();
            }
        }
    },
    OKHTTP {
        @Override
        String fetch(Attempt attempt) throws IOException {
            Duration limit = Duration.ofMillis(attempt.millis());
            OkHttpClient http = new OkHttpClient.Builder()
                    .proxy(attempt.proxy().proxy())
                    .connectTimeout(limit)
                    .readTimeout(limit)
                    .eventListener(new EventListener() {
                        @Override
                        public void connectEnd(
                                Call call, InetSocketAddress address, Proxy proxy, @Nullable Protocol protocol) {
                            attempt.connected().set(true);
                        }
                    })
                    .build();
            String url = "http://" + attempt.host() + ":" + attempt.port() + "/";
            try (Response response =
                    http.newCall(new Request.Builder().url(url).build()).execute()) {
                return response.body().string();
            } finally {
                http.connectionPool().evictAll();
                http.dispatcher().executorService().shutdown();
            }
        }
    },
    OURS {
        @Override
        String fetch(Attempt attempt) throws IOException {
            Socks5Client client = Socks5Client.builder()
                    .uri(attempt.proxy().uri().toString())
                    .connectTimeout(Duration.ofMillis(attempt.millis()))
                    .build();
            try (Socket socket = client.connect(attempt.host(), attempt.port())) {
                socket.setSoTimeout(attempt.millis());
                return attempt.talk(socket);
            }
        }
    };

    static final String PAGE = "this is the page";

    /**
     * One try to fetch the page.
     *
     * @param connected whether the client has taken the connection for made
     */
    record Attempt(Socks5TestProxy proxy, String host, int port, int millis, AtomicBoolean connected) {

        byte[] request() {
            String text = "GET / HTTP/1.1\r\nHost: " + Endpoint.of(host, port) + "\r\nConnection: close\r\n\r\n";
            return text.getBytes(US_ASCII);
        }

        String talk(Socket socket) throws IOException {
            connected.set(true);
            socket.getOutputStream().write(request());
            return new String(socket.getInputStream().readAllBytes(), US_ASCII);
        }
    }

    /** Asks for the page once there is a tunnel, and collects what comes. */
    private static final class Page extends SimpleChannelInboundHandler<ByteBuf> {
        private final Attempt attempt;
        private final CompletableFuture<String> answer;
        private final StringBuilder received = new StringBuilder();

        Page(Attempt attempt, CompletableFuture<String> answer) {
            this.attempt = attempt;
            this.answer = answer;
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof ProxyConnectionEvent) {
                attempt.connected().set(true);
                context.pipeline().addFirst(new ReadTimeoutHandler(attempt.millis(), TimeUnit.MILLISECONDS));
                context.writeAndFlush(Unpooled.wrappedBuffer(attempt.request()))
                        .addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
            }
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
            received.append(bytes.toString(US_ASCII));
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            answer.complete(received.toString());
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
            answer.completeExceptionally(failure);
        }
    }

    /** Returns what comes back, whatever it is. */
    abstract String fetch(Attempt attempt) throws Exception;

    /** Says what the client does, as the table has it. */
    String outcome(Socks5TestProxy proxy, String host, int port, Duration limit) {
        Attempt attempt = new Attempt(proxy, host, port, (int) limit.toMillis(), new AtomicBoolean());
        long start = System.nanoTime();
        String end;
        try {
            if (fetch(attempt).endsWith(PAGE)) {
                return "works";
            }
            end = "takes it for the end";
        } catch (Exception e) {
            boolean waited = System.nanoTime() - start >= limit.toNanos();
            end = "`" + e.getClass().getSimpleName() + "`" + (waited ? " at its time limit" : "");
        }
        return attempt.connected().get() ? "connects; " + end : end;
    }
}
