# Sends datagrams and checks that they come back: through a SOCKS5 proxy on 127.0.0.1, or with plain sockets.
# Arguments: HOST PORT [PROXY_PORT local|remote [USER PASSWORD]]
import os
import socket
import sys

host, port = sys.argv[1], int(sys.argv[2])
if len(sys.argv) > 3:
    import socks

    proxy_port, lookup = sys.argv[3:5]
    user, password = sys.argv[5:] or (None, None)
    sender = socks.socksocket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.set_proxy(socks.SOCKS5, "127.0.0.1", int(proxy_port), lookup == "remote", user, password)
else:
    sender = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM)
sender.settimeout(20)
for length in (60000, 0, 1):
    payload = os.urandom(length)
    sender.sendto(payload, (host, port))
    received, source = sender.recvfrom(65535)
    same = received == payload and source[1] == port
    print("%d: %s from %s" % (length, "same" if same else "different: %r" % received[:20], source[0]))
