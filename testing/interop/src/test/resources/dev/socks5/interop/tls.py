"""A client of a SOCKS5 server by TLS, with Python's ssl. First the server's port, the CA's file, the version of TLS,
a file with a certificate and a key or -, and what to do; then its arguments. Prints what came of it."""
import hashlib
import select
import socket
import ssl
import struct
import sys

PORT, CA, VERSION, CERTIFICATE, ERRAND = int(sys.argv[1]), *sys.argv[2:6]
ARGUMENTS = sys.argv[6:]


def context():
    made = ssl.create_default_context(cafile=CA)
    version = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}[VERSION]
    made.minimum_version = made.maximum_version = version
    if CERTIFICATE != "-":
        made.load_cert_chain(CERTIFICATE)
    return made


def connect():
    plain = socket.create_connection(("127.0.0.1", PORT), 20)
    return CONTEXT.wrap_socket(plain, server_hostname="localhost")


def exactly(tls, count):
    got = b""
    while len(got) < count:
        more = tls.recv(count - len(got))
        if not more:
            raise EOFError(got)
        got += more
    return got


def reply(tls):
    head = exactly(tls, 4)
    if head[:2] != b"\5\0":
        raise SystemExit("reply %s" % head.hex())
    address = exactly(tls, 4)
    return socket.inet_ntoa(address), struct.unpack(">H", exactly(tls, 2))[0]


def ask(tls, command, port):
    tls.sendall(b"\5\1\0")
    if exactly(tls, 2) != b"\5\0":
        raise SystemExit("no method")
    tls.sendall(b"\5" + bytes([command]) + b"\0\1" + socket.inet_aton("127.0.0.1") + struct.pack(">H", port))
    return reply(tls)


def bulk(port, mebibytes):
    """Sends so much, ends its output, and reads until the end, all at once: ssl's own sockets cannot end by half."""
    plain = socket.create_connection(("127.0.0.1", PORT), 20)
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = CONTEXT.wrap_bio(incoming, outgoing, server_hostname="localhost")

    def until(step):
        while True:
            try:
                return step()
            except ssl.SSLWantReadError:
                plain.sendall(outgoing.read())
                incoming.write(plain.recv(65536))
            finally:
                plain.sendall(outgoing.read())

    class Socks:
        def sendall(self, data):
            until(lambda: tls.write(data))

        def recv(self, count):
            return until(lambda: tls.read(count))

    until(tls.do_handshake)
    ask(Socks(), 1, port)
    plain.setblocking(False)
    piece = bytes(range(256)) * 391
    left, ended, pending = mebibytes << 20, False, b""
    sent, received = hashlib.sha256(), hashlib.sha256()
    while True:
        if not pending and left:
            part = struct.pack(">Q", left) + piece
            part = part[:left]
            tls.write(part)
            sent.update(part)
            left -= len(part)
            pending = outgoing.read()
        elif not pending and not ended:
            ended = True
            try:
                tls.unwrap()
            except ssl.SSLWantReadError:
                pass
            pending = outgoing.read()
        readable, writable, _ = select.select([plain], [plain] if pending else [], [], 20)
        if not readable and not writable:
            raise SystemExit("nothing moves")
        if writable:
            pending = pending[plain.send(pending):]
        if readable:
            data = plain.recv(262144)
            if not data:
                raise SystemExit("cut off")
            incoming.write(data)
            try:
                while True:
                    more = tls.read(262144)
                    if not more:
                        break
                    received.update(more)
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLZeroReturnError:
                pass
            sent.update(b"[end of input]")
            print("same" if sent.digest() == received.digest() else "different")
            return


def bind(port):
    with connect() as tls:
        bound = ask(tls, 2, 0)
        with socket.create_connection(("127.0.0.1", bound[1]), 20) as peer:
            reply(tls)
            tls.sendall(b"ping")
            print(peer.recv(4).decode())


def associate(port):
    with connect() as tls:
        relay = ask(tls, 3, 0)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
            datagrams.settimeout(20)
            header = b"\0\0\0\1" + socket.inet_aton("127.0.0.1") + struct.pack(">H", port)
            datagrams.sendto(header + b"hello", ("127.0.0.1", relay[1]))
            print(datagrams.recv(1000)[10:].decode())


def many(port, count):
    tunnels = []
    for _ in range(count):
        tls = connect()
        ask(tls, 1, port)
        tunnels.append(tls)
    for index, tls in enumerate(tunnels):
        tls.sendall(b"%4d" % index)
    right = sum(exactly(tls, 4) == b"%4d" % index for index, tls in enumerate(tunnels))
    print(right)


def resume(port):
    session = None
    for _ in range(2):
        plain = socket.create_connection(("127.0.0.1", PORT), 20)
        with CONTEXT.wrap_socket(plain, server_hostname="localhost", session=session) as tls:
            ask(tls, 1, port)
            tls.sendall(b"ping")
            exactly(tls, 4)
            print(tls.session_reused)
            session = tls.session


def truncate(port):
    tls = connect()
    ask(tls, 1, port)
    tls.sendall(b"ping")
    exactly(tls, 4)
    tls.close()
    print("closed")


CONTEXT = context()
try:
    globals()[ERRAND](*map(int, ARGUMENTS))
except (ssl.SSLError, ConnectionError, EOFError) as e:
    print(type(e).__name__)
