# Sends a datagram through a SOCKS5 proxy on 127.0.0.1; then has the system tell the socket by which the proxy sends to its
# upstream's relay that a filter keeps its datagrams out (ICMP type 3, code 13); then sends another.
# Arguments: PROXY_PORT RELAY_PORT HOST PORT
import socket
import struct
import sys

import socks


def checksum(octets):
    total = sum(struct.unpack("!%dH" % (len(octets) // 2), octets))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


def port_connected_to(port):
    """The port of the one UDP socket that is connected to this port of 127.0.0.1."""
    remote = "0100007F:%04X" % port
    with open("/proc/net/udp") as table:
        found = [line.split()[1] for line in table if line.split()[2] == remote]
    (local,) = found
    return int(local.split(":")[1], 16)


def prohibited(source, target):
    """The message, which quotes the headers of a datagram from one port to the other."""
    loopback = socket.inet_aton("127.0.0.1")
    quoted = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 28, 1, 0x4000, 64, 17, 0, loopback, loopback)
    quoted += struct.pack("!HHHH", source, target, 8, 0)
    unsummed = struct.pack("!BBHI", 3, 13, 0, 0) + quoted
    return struct.pack("!BBHI", 3, 13, checksum(unsummed), 0) + quoted


proxy_port, relay_port, host, port = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
sender = socks.socksocket(socket.AF_INET, socket.SOCK_DGRAM)
sender.set_proxy(socks.SOCKS5, "127.0.0.1", proxy_port)
sender.settimeout(20)
raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
for payload in (b"before", b"after"):
    sender.sendto(payload, (host, port))
    print(sender.recvfrom(100)[0].decode())
    raw.sendto(prohibited(port_connected_to(relay_port), relay_port), ("127.0.0.1", 0))
