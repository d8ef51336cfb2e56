package dev.socks5.junit;

import dev.socks5.codec.Command;
import dev.socks5.codec.Request;
import dev.socks5.server.SessionEnd;
import dev.socks5.server.SessionInfo;
import dev.socks5.server.Socks5ServerListener;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Has the relays of UDP ASSOCIATE count as addresses of the proxy, as long as they are there. */
final class RelayAddresses implements Socks5ServerListener {

    private final Map<Long, InetSocketAddress> relays = new ConcurrentHashMap<>();

    @Override
    public void listening(SessionInfo session, InetSocketAddress local) {
        Request request = session.request();
        if (request != null && request.command().equals(Command.UDP_ASSOCIATE)) {
            relays.put(session.id(), local);
            RunningProxies.add(local);
        }
    }

    @Override
    public void closed(SessionInfo session, SessionEnd ending) {
        InetSocketAddress relay = relays.remove(session.id());
        if (relay != null) {
            RunningProxies.remove(relay);
        }
    }
}
