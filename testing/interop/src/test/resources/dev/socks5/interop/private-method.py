# Either side of the private method X'80' with a token, in the words of its description alone.
# Arguments: serve PORT TOKEN
#            fetch PROXY_PORT TOKEN DEST_PORT whole|bytes
import socket
import struct
import sys
import threading

mode, port, token = sys.argv[1], int(sys.argv[2]), sys.argv[3].encode()


def exactly(connection, count):
    octets = b""
    while len(octets) < count:
        more = connection.recv(count - len(octets))
        if not more:
            raise EOFError("ended after %r" % octets)
        octets += more
    return octets


def copy(source, sink):
    for octets in iter(lambda: source.recv(65536), b""):
        sink.sendall(octets)
    sink.shutdown(socket.SHUT_WR)


def talk(client):
    count = exactly(client, 2)[1]
    if 0x80 not in exactly(client, count):
        client.sendall(b"\x05\xff")
        return
    client.sendall(b"\x05\x80")
    version, length = struct.unpack(">BI", exactly(client, 5))
    offered = exactly(client, length)
    location = exactly(client, exactly(client, 1)[0])
    if (version, offered, location) != (1, token, b""):
        client.sendall(b"\x01\x07")
        return
    client.sendall(b"\x01\x00")
    request = exactly(client, 4)
    if request[:2] != b"\x05\x01" or request[3] != 1:
        raise ValueError("not a CONNECT to an IPv4 address: %r" % request)
    host, destination = socket.inet_ntoa(exactly(client, 4)), struct.unpack(">H", exactly(client, 2))[0]
    with socket.create_connection((host, destination)) as origin:
        client.sendall(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
        there = threading.Thread(target=copy, args=(client, origin))
        there.start()
        copy(origin, client)
        there.join()


def serve_one(client):
    with client:
        try:
            talk(client)
        except EOFError:
            pass  # Somebody who only looked whether the port is open.


def serve():
    with socket.create_server(("127.0.0.1", port)) as listener:
        while True:
            threading.Thread(target=serve_one, args=(listener.accept()[0],), daemon=True).start()


def fetch():
    with socket.create_connection(("127.0.0.1", port), timeout=20) as proxy:
        login = b"\x01" + struct.pack(">I", len(token)) + token + b"\x04here"
        request = b"\x05\x01\x00\x01\x7f\x00\x00\x01" + struct.pack(">H", int(sys.argv[4]))
        everything = b"\x05\x02\x00\x80" + login + request + sys.stdin.buffer.read()
        pieces = [everything] if sys.argv[5] == "whole" else [bytes([octet]) for octet in everything]
        proxy.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            for piece in pieces:
                proxy.sendall(piece)
            proxy.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # It may have closed, and what it has said counts.
        answer = b"".join(iter(lambda: proxy.recv(65536), b""))
        print(answer[:4].hex(), answer[4:6].hex(), answer[14:].decode())


serve() if mode == "serve" else fetch()
