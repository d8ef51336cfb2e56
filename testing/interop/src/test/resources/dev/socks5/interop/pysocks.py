# Sends something through a SOCKS5 proxy on 127.0.0.1 and checks that it comes back.
# Arguments: PROXY_PORT local|remote HOST PORT FAREWELL [USER PASSWORD]
import socket
import sys

import socks

proxy_port, lookup, host, port, farewell = sys.argv[1:6]
user, password = sys.argv[6:] or (None, None)

words = b"some words\n" * 1000
tunnel = socks.socksocket()
tunnel.set_proxy(socks.SOCKS5, "127.0.0.1", int(proxy_port), lookup == "remote", user, password)
tunnel.settimeout(20)
try:
    tunnel.connect((host, int(port)))
    tunnel.sendall(words)
    tunnel.shutdown(socket.SHUT_WR)
    received = b"".join(iter(lambda: tunnel.recv(65536), b""))
    print("same" if received == words + farewell.encode() else "different: %r" % received)
except socks.ProxyError as e:
    # Failures of the request come wrapped in a GeneralProxyError.
    cause = getattr(e, "socket_err", None) or e
    print("%s: %s" % (type(cause).__name__, getattr(cause, "msg", cause)))
