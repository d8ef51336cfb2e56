package dev.socks5.client.internal.socket;

import dev.socks5.client.internal.dial.Destination;
import dev.socks5.client.internal.dial.Dialer;
import dev.socks5.codec.Address;
import dev.socks5.codec.Command;
import dev.socks5.codec.DomainName;
import dev.socks5.codec.Endpoint;
import dev.socks5.codec.MalformedMessageException;
import dev.socks5.codec.Request;
import java.io.IOException;
import java.net.InetAddress;

/** Asks for Tor's RESOLVE and RESOLVE_PTR: the answer is in BND.ADDR, and the connection has done its work then. */
public final class Lookups {

    private static final int NO_PORT = 0;

    private final Dialer dialer;

    public Lookups(Dialer dialer) {
        this.dialer = dialer;
    }

    public InetAddress addressOf(String name) throws IOException {
        Destination question = Destination.of(name, NO_PORT).sendable();
        return ask(Command.RESOLVE, question.endpoint().address(), answer -> {
            if (answer instanceof DomainName) {
                throw new MalformedMessageException("the proxy answers with a name: " + answer);
            }
            InetAddress found =
                    new Endpoint(answer, NO_PORT).toInetSocketAddress().getAddress();
            // The address gets the name, so that nobody looks it up.
            return InetAddress.getByAddress(name, found.getAddress());
        });
    }

    public String nameOf(InetAddress address) throws IOException {
        return ask(Command.RESOLVE_PTR, Address.of(address), answer -> {
            if (answer instanceof DomainName name && name.isHostName()) {
                return name.octets();
            }
            throw new MalformedMessageException("the proxy answers with what is no name of a host: " + answer);
        });
    }

    /** Makes something of an address, or fails if that is not what was asked for. */
    private interface AddressUse<T> {
        T of(Address answer) throws IOException;
    }

    private <T> T ask(Command command, Address question, AddressUse<T> use) throws IOException {
        Request request = new Request(command, new Endpoint(question, NO_PORT));
        return dialer.request(request, dialer.path().timeout(), answer -> {
            answer.socket().close();
            return use.of(answer.reply().bound().address());
        });
    }
}
