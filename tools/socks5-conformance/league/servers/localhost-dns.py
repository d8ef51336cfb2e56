"""Answers queries for A and AAAA of localhost, on 127.0.0.77; there is no other name."""

import socket
import struct

server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.77", 53))
while True:
    query, client = server.recvfrom(2048)
    labels, at = [], 12
    try:
        while query[at]:
            labels.append(query[at + 1 : at + 1 + query[at]].lower())
            at += query[at] + 1
        kind = struct.unpack(">H", query[at + 1 : at + 3])[0]
    except (IndexError, struct.error):
        continue
    known = labels == [b"localhost"]
    data = {1: bytes([127, 0, 0, 1]), 28: bytes(15) + b"\1"}.get(kind) if known else None
    answer = query[:2] + struct.pack(">HHHHH", 0x8180 if known else 0x8183, 1, 1 if data else 0, 0, 0) + query[12 : at + 5]
    if data:
        answer += struct.pack(">HHHIH", 0xC00C, kind, 1, 60, len(data)) + data
    server.sendto(answer, client)
