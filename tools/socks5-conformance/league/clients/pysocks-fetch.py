"""Fetches a page by PySocks: PROXY_HOST:PORT URL [USER PASSWORD]."""

import sys
import urllib.parse

import socks

host, port = sys.argv[1].rsplit(":", 1)
url = urllib.parse.urlsplit(sys.argv[2])
login = sys.argv[3:5] or [None, None]
with socks.socksocket() as sock:
    sock.set_proxy(socks.SOCKS5, host, int(port), True, *login)
    sock.connect((url.hostname, url.port))
    sock.sendall(f"GET {url.path} HTTP/1.0\r\nHost: {url.netloc}\r\n\r\n".encode())
    answer = b""
    while part := sock.recv(65536):
        answer += part
head, _, page = answer.partition(b"\r\n\r\n")
if not head.startswith(b"HTTP/1."):
    sys.exit("no page")
sys.stdout.buffer.write(page)
