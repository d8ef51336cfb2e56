package dev.socks5.client.internal.socket;

import dev.socks5.client.internal.platform.BeyondAndroid;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.util.Set;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** Hands calls of the methods of {@link Socket} on: to the tunnel, or to the socket of TLS once that lies over it. */
@SuppressWarnings("UnsynchronizedOverridesSynchronized") // The socket that is asked has a lock of its own.
abstract class ForwardingSocket extends SSLSocket {

    /** Gives the socket to ask. */
    abstract Socket socket();

    /** Gives the socket below TLS, for options by name: those of the JDK's layered sockets ask a socket of no use. */
    abstract Socket tunnel();

    @Override
    public void bind(@Nullable SocketAddress local) throws IOException {
        socket().bind(local);
    }

    @Override
    public boolean isBound() {
        return socket().isBound();
    }

    @Override
    public boolean isConnected() {
        return socket().isConnected();
    }

    @Override
    public boolean isClosed() {
        return socket().isClosed();
    }

    @Override
    public boolean isInputShutdown() {
        return socket().isInputShutdown();
    }

    @Override
    public boolean isOutputShutdown() {
        return socket().isOutputShutdown();
    }

    @Override
    public void shutdownInput() throws IOException {
        socket().shutdownInput();
    }

    @Override
    public void shutdownOutput() throws IOException {
        socket().shutdownOutput();
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return socket().getInputStream();
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return socket().getOutputStream();
    }

    @Override
    public void sendUrgentData(int data) throws IOException {
        socket().sendUrgentData(data);
    }

    @Override
    public @Nullable SocketChannel getChannel() {
        return socket().getChannel();
    }

    @Override
    public @Nullable InetAddress getInetAddress() {
        return socket().getInetAddress();
    }

    @Override
    public int getPort() {
        return socket().getPort();
    }

    @Override
    public @Nullable SocketAddress getRemoteSocketAddress() {
        return socket().getRemoteSocketAddress();
    }

    @Override
    public InetAddress getLocalAddress() {
        return socket().getLocalAddress();
    }

    @Override
    public int getLocalPort() {
        return socket().getLocalPort();
    }

    @Override
    public @Nullable SocketAddress getLocalSocketAddress() {
        return socket().getLocalSocketAddress();
    }

    @Override
    public boolean getTcpNoDelay() throws SocketException {
        return socket().getTcpNoDelay();
    }

    @Override
    public void setTcpNoDelay(boolean value) throws SocketException {
        socket().setTcpNoDelay(value);
    }

    @Override
    public boolean getOOBInline() throws SocketException {
        return socket().getOOBInline();
    }

    @Override
    public void setOOBInline(boolean value) throws SocketException {
        socket().setOOBInline(value);
    }

    @Override
    public int getSoTimeout() throws SocketException {
        return socket().getSoTimeout();
    }

    @Override
    public void setSoTimeout(int value) throws SocketException {
        socket().setSoTimeout(value);
    }

    @Override
    public int getSendBufferSize() throws SocketException {
        return socket().getSendBufferSize();
    }

    @Override
    public void setSendBufferSize(int value) throws SocketException {
        socket().setSendBufferSize(value);
    }

    @Override
    public int getReceiveBufferSize() throws SocketException {
        return socket().getReceiveBufferSize();
    }

    @Override
    public void setReceiveBufferSize(int value) throws SocketException {
        socket().setReceiveBufferSize(value);
    }

    @Override
    public boolean getKeepAlive() throws SocketException {
        return socket().getKeepAlive();
    }

    @Override
    public void setKeepAlive(boolean value) throws SocketException {
        socket().setKeepAlive(value);
    }

    @Override
    public int getTrafficClass() throws SocketException {
        return socket().getTrafficClass();
    }

    @Override
    public void setTrafficClass(int value) throws SocketException {
        socket().setTrafficClass(value);
    }

    @Override
    public boolean getReuseAddress() throws SocketException {
        return socket().getReuseAddress();
    }

    @Override
    public void setReuseAddress(boolean value) throws SocketException {
        socket().setReuseAddress(value);
    }

    @Override
    public int getSoLinger() throws SocketException {
        return socket().getSoLinger();
    }

    @Override
    public void setSoLinger(boolean on, int seconds) throws SocketException {
        socket().setSoLinger(on, seconds);
    }

    @Override
    public void setPerformancePreferences(int connectionTime, int latency, int bandwidth) {
        socket().setPerformancePreferences(connectionTime, latency, bandwidth);
    }

    @Override
    @BeyondAndroid("Callers there lack the method as well")
    public <T> Socket setOption(SocketOption<T> option, T value) throws IOException {
        tunnel().setOption(option, value);
        return this;
    }

    @Override
    @BeyondAndroid("Callers there lack the method as well")
    public <T> T getOption(SocketOption<T> option) throws IOException {
        return tunnel().getOption(option);
    }

    @Override
    @BeyondAndroid("Callers there lack the method as well")
    public Set<SocketOption<?>> supportedOptions() {
        return tunnel().supportedOptions();
    }
}
