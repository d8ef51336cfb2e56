package dev.socks5.codec;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A host and a port: DST.ADDR and DST.PORT of a request, BND.ADDR and BND.PORT of a reply (RFC 1928 sections 4 to 6).
 *
 * <pre>
 * +------+----------+------+
 * | ATYP |   ADDR   | PORT |
 * +------+----------+------+
 * |  1   | Variable |  2   |
 * +------+----------+------+
 * </pre>
 *
 * @param address the host
 * @param port 0 to 65535
 */
public record Endpoint(Address address, int port) {

    /** 0.0.0.0, port 0: what stands where there is nothing to say. */
    public static final Endpoint UNSPECIFIED = new Endpoint(Ipv4Address.UNSPECIFIED, 0);

    /** The greatest port. */
    public static final int MAX_PORT = 0xFFFF;

    /** ATYP, a name of 255 bytes with its length, and the port. */
    static final int MAX_LENGTH = 1 + 1 + 0xFF + Short.BYTES;

    /**
     * Checks the port.
     *
     * @param address the host
     * @param port 0 to 65535
     * @throws IllegalArgumentException if the port is out of range
     */
    public Endpoint {
        if (port < 0 || port > MAX_PORT) {
            throw new IllegalArgumentException("a port is 0 to 65535: " + port);
        }
    }

    /**
     * A host as a person writes it, and a port. Looks nothing up.
     *
     * @param host see {@link Address#parse(String)}
     * @param port 0 to 65535
     * @return the endpoint
     * @throws IllegalArgumentException if the host is neither address nor name, or the port out of range
     */
    public static Endpoint of(String host, int port) {
        return new Endpoint(Address.parse(host), port);
    }

    /**
     * The JDK's form, taken over. Looks nothing up: an unresolved address becomes its name, a resolved one its IP
     * address.
     *
     * @param address resolved or not
     * @return the endpoint
     * @throws IllegalArgumentException if an unresolved host is neither address nor ASCII name
     */
    public static Endpoint of(InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        return ip == null
                ? of(address.getHostString(), address.getPort())
                : new Endpoint(Address.of(ip), address.getPort());
    }

    /**
     * Reads {@code host:port}, an IPv6 address in brackets. Looks nothing up.
     *
     * @param text for example {@code example.com:443} or {@code [::1]:1080}
     * @return the endpoint
     * @throws IllegalArgumentException if the text is anything else
     */
    public static Endpoint parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("HOST:PORT expected: " + Text.quote(text));
        }
        String host = text.substring(0, colon);
        if (host.indexOf(':') >= 0 && !host.startsWith("[")) {
            throw new IllegalArgumentException("an IPv6 address goes in brackets, [ADDRESS]:PORT: " + Text.quote(text));
        }
        return of(host, port(text.substring(colon + 1)));
    }

    static int port(String text) {
        if (text.isEmpty() || text.length() > 5 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException("a port is 0 to 65535: " + Text.quote(text));
        }
        return Integer.parseInt(text);
    }

    /**
     * The JDK's form. Looks nothing up: a name stays unresolved.
     *
     * @return an unresolved address for a {@link DomainName}, else a resolved one
     */
    public InetSocketAddress toInetSocketAddress() {
        if (address instanceof DomainName name) {
            return InetSocketAddress.createUnresolved(name.octets(), port);
        }
        return new InetSocketAddress(
                address instanceof Ipv4Address v4 ? v4.toInetAddress() : ((Ipv6Address) address).toInetAddress(), port);
    }

    /**
     * Whether the host is a name, which has to be looked up before anybody can connect to it.
     *
     * @return whether the address is a {@link DomainName}
     */
    public boolean isName() {
        return address instanceof DomainName;
    }

    /**
     * Replaces an IPv4-mapped IPv6 address ({@code ::ffff:192.0.2.1}) by the IPv4 address that systems connect to.
     *
     * @return this endpoint if its address is any other one
     */
    public Endpoint unmapped() {
        return address instanceof Ipv6Address v6 && v6.isIpv4Mapped()
                ? new Endpoint(v6.embeddedIpv4().get(), port)
                : this;
    }

    /**
     * Returns the one form that this endpoint is compared, judged and logged in: a name in lower case without a dot at
     * its end, an address {@linkplain #unmapped() unmapped}, and an address for a name that is the text of one. Looks
     * nothing up.
     *
     * @return empty for a name that no host can have
     */
    public Optional<Endpoint> canonical() {
        if (!(address instanceof DomainName name)) {
            return Optional.of(unmapped());
        }
        if (name.isHostName()) {
            return Optional.of(new Endpoint(name.canonical(), port));
        }
        // A client that puts an address where a name belongs gets what the address would have got.
        return literal(name).map(literal -> new Endpoint(literal, port).unmapped());
    }

    private static Optional<Address> literal(DomainName name) {
        try {
            return Optional.of(Address.parse(name.octets())).filter(parsed -> !(parsed instanceof DomainName));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * Replaces the unspecified address (0.0.0.0 or ::) by that of the proxy: a proxy that gives it in BND.ADDR means
     * its own (RFC 1928 section 6 leaves that open; it is what proxies do).
     *
     * @param proxy the address of the proxy whose reply this endpoint is from
     * @return this endpoint if its address is any other one
     */
    public Endpoint relativeTo(Address proxy) {
        Address own = unmapped().address;
        boolean unspecified = own.equals(Ipv4Address.UNSPECIFIED) || own.equals(Ipv6Address.UNSPECIFIED);
        return unspecified ? new Endpoint(proxy, port) : this;
    }

    int encodedLength() {
        return addressLength() + 1 + Short.BYTES;
    }

    private int addressLength() {
        if (address instanceof DomainName name) {
            return 1 + name.octets().length();
        }
        return address instanceof Ipv4Address ? Ipv4Address.LENGTH : Ipv6Address.LENGTH;
    }

    /**
     * Tells how many bytes an endpoint has in all, by its first two.
     *
     * @return the length; of an unknown type, what it would be for a name: decoding will say that it is unknown
     */
    static int encodedLength(int type, int firstOctet) {
        return 1
                + Short.BYTES
                + switch (type) {
                    case Ipv4Address.TYPE -> Ipv4Address.LENGTH;
                    case Ipv6Address.TYPE -> Ipv6Address.LENGTH;
                    default -> 1 + firstOctet;
                };
    }

    static Endpoint read(ByteBuffer in) throws MalformedMessageException {
        return new Endpoint(readAddress(in, Wire.octet(in)), Wire.bits16(in));
    }

    /** The same, but a name of no bytes is 0.0.0.0. */
    static Endpoint readOrUnspecified(ByteBuffer in) throws MalformedMessageException {
        int type = Wire.octet(in);
        if (type != DomainName.TYPE) {
            return new Endpoint(readAddress(in, type), Wire.bits16(in));
        }
        String octets = Wire.octets(in);
        return new Endpoint(octets.isEmpty() ? Ipv4Address.UNSPECIFIED : new DomainName(octets), Wire.bits16(in));
    }

    private static Address readAddress(ByteBuffer in, int type) throws MalformedMessageException {
        return switch (type) {
            case Ipv4Address.TYPE -> new Ipv4Address(Wire.bits32(in));
            case Ipv6Address.TYPE -> new Ipv6Address(Wire.bits64(in), Wire.bits64(in));
            case DomainName.TYPE -> readName(in);
            default ->
                throw new MalformedMessageException(
                        String.format("unknown address type 0x%02X", type), ReplyCode.ADDRESS_TYPE_NOT_SUPPORTED);
        };
    }

    private static DomainName readName(ByteBuffer in) throws MalformedMessageException {
        String octets = Wire.octets(in);
        if (octets.isEmpty()) {
            throw new MalformedMessageException("a domain name of no octets");
        }
        return new DomainName(octets);
    }

    void write(ByteBuffer out) {
        if (address instanceof DomainName name) {
            out.put((byte) DomainName.TYPE);
            Wire.putOctets(out, name.octets());
        } else if (address instanceof Ipv4Address v4) {
            out.put((byte) Ipv4Address.TYPE);
            Wire.putBits32(out, v4.bits());
        } else {
            Ipv6Address v6 = (Ipv6Address) address;
            out.put((byte) Ipv6Address.TYPE);
            Wire.putBits64(out, v6.high());
            Wire.putBits64(out, v6.low());
        }
        Wire.putBits16(out, port);
    }

    /** {@code host:port}, an IPv6 address in brackets, a name escaped: safe to log. */
    @Override
    public String toString() {
        return (address instanceof Ipv6Address ? "[" + address + "]" : address) + ":" + port;
    }
}
