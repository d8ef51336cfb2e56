package dev.socks5.interop;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.socks5.bridge.HttpBridge;
import dev.socks5.client.Socks5Client;
import dev.socks5.client.Socks5ClientBuilder;
import dev.socks5.codec.AuthenticationFailedException;
import dev.socks5.codec.Endpoint;
import io.grpc.CallOptions;
import io.grpc.ChannelCredentials;
import io.grpc.HttpConnectProxiedSocketAddress;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Both transports of grpc-java as docs/recipes.md shows them, to a server of Netty's behind TLS. */
@Timeout(60)
class GrpcRecipeTest {

    private static final MethodDescriptor<String, String> GREET = MethodDescriptor.newBuilder(Text.IT, Text.IT)
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("test.Greeter/Greet")
            .build();
    private static final HeldCertificate CERTIFICATE = new HeldCertificate.Builder()
            .addSubjectAlternativeName(OurServer.NAME)
            .addSubjectAlternativeName("localhost")
            .build();

    private static Server server;

    /** Messages without protobuf. */
    private enum Text implements MethodDescriptor.Marshaller<String> {
        IT;

        @Override
        public InputStream stream(String text) {
            return bytes(text);
        }

        @Override
        public String parse(InputStream in) {
            try {
                return new String(in.readAllBytes(), US_ASCII);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** A transport of grpc-java. */
    enum Transport {
        NETTY,
        OKHTTP;

        ManagedChannelBuilder<?> to(String host) throws IOException {
            return this == NETTY
                    ? NettyChannelBuilder.forAddress(host, server.getPort(), trust())
                    : OkHttpChannelBuilder.forAddress(host, server.getPort(), trust());
        }
    }

    @BeforeAll
    static void start() throws IOException {
        server = NettyServerBuilder.forAddress(
                        new InetSocketAddress(Loopback.V4, 0),
                        TlsServerCredentials.create(
                                bytes(CERTIFICATE.certificatePem()), bytes(CERTIFICATE.privateKeyPkcs8Pem())))
                .addService(ServerServiceDefinition.builder("test.Greeter")
                        .addMethod(GREET, ServerCalls.asyncUnaryCall((name, answer) -> {
                            answer.onNext("hello " + name);
                            answer.onCompleted();
                        }))
                        .build())
                .build()
                .start();
    }

    @AfterAll
    static void stop() {
        server.shutdownNow();
    }

    private static InputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(US_ASCII));
    }

    private static ChannelCredentials trust() throws IOException {
        return TlsChannelCredentials.newBuilder()
                .trustManager(bytes(CERTIFICATE.certificatePem()))
                .build();
    }

    private static ManagedChannel recipe(ManagedChannelBuilder<?> builder, HttpBridge bridge) {
        // recipe: gRPC
        ManagedChannel channel = builder.proxyDetector(destination -> HttpConnectProxiedSocketAddress.newBuilder()
                        .setTargetAddress((InetSocketAddress) destination)
                        .setProxyAddress(bridge.address())
                        .build())
                .build();
        // end of recipe
        return channel;
    }

    private static ManagedChannel recipe(Socks5Client client, ChannelCredentials credentials, String host, int port) {
        // recipe: gRPC
        ManagedChannel channel = OkHttpChannelBuilder.forAddress(host, port, credentials)
                .socketFactory(client.socketFactory())
                .build();
        // end of recipe
        return channel;
    }

    private static void talk(ManagedChannel channel) {
        try {
            assertThat(ClientCalls.blockingUnaryCall(channel, GREET, CallOptions.DEFAULT, "world"))
                    .isEqualTo("hello world");
        } finally {
            channel.shutdownNow();
        }
    }

    private static Socks5ClientBuilder builder(OurServer server, String password) {
        return Socks5Client.builder().proxy(server.address()).credentials(OurServer.USER, password);
    }

    @ParameterizedTest
    @EnumSource
    void talksThroughTheBridge(Transport transport) throws IOException {
        try (OurServer proxy = OurServer.withLogin();
                HttpBridge bridge =
                        HttpBridge.open(builder(proxy, OurServer.PASSWORD).build())) {
            talk(recipe(transport.to(OurServer.NAME), bridge));

            assertThat(proxy.destinations()).containsExactly(Endpoint.of(OurServer.NAME, server.getPort()));
            assertThat(proxy.users()).containsExactly(OurServer.USER);
        }
    }

    /** The name can be looked up here, and would lead to the server. */
    @ParameterizedTest
    @EnumSource
    void doesNotGoDirectIfTheProxyRefuses(Transport transport) throws IOException {
        try (OurServer proxy = OurServer.withLogin();
                HttpBridge bridge = HttpBridge.open(builder(proxy, "wrong").build())) {
            assertThatThrownBy(() -> talk(recipe(transport.to("localhost"), bridge)))
                    .isInstanceOf(StatusRuntimeException.class);

            assertThat(bridge.lastFailure().orElseThrow().cause()).isInstanceOf(AuthenticationFailedException.class);
        }
    }

    @Test
    void theFactoryDoesNotGoDirectIfTheProxyRefuses() throws IOException {
        try (OurServer proxy = OurServer.withLogin()) {
            Socks5Client client = builder(proxy, "wrong").build();
            assertThatThrownBy(() -> talk(recipe(client, trust(), "localhost", server.getPort())))
                    .hasRootCauseInstanceOf(AuthenticationFailedException.class);
        }
    }

    @Test
    void theTableSaysWhatTheProxyIsAskedFor() throws Exception {
        LibraryTable.check("gRPC", ManagedChannel.class, way -> {
            try (HttpBridge bridge = HttpBridge.open(way.client())) {
                talk(recipe(Transport.NETTY.to(way.host()), bridge));
            }
        });
        LibraryTable.check(
                "gRPC (OkHttp) with the factory",
                OkHttpChannelBuilder.class,
                way -> talk(recipe(way.client(), trust(), way.host(), server.getPort())));
    }
}
