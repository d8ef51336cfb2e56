// Does one thing through a SOCKS5 proxy on 127.0.0.1, with the npm package socks, and prints what came of it.
// Arguments: PROXY_PORT, then USER:PASSWORD or "-", then one of
//   connect HOST PORT FAREWELL  sends something and checks that it comes back
//   udp HOST PORT               the same with datagrams
//   bind EXPECTED PEER...       listens for EXPECTED; each PEER connects in turn, and the last is to be let in
"use strict";
const { randomBytes } = require("crypto");
const dgram = require("dgram");
const { once } = require("events");
const net = require("net");
const { SocksClient } = require("socks");

const [proxyPort, login, action, ...rest] = process.argv.slice(2);

function client(command, host, port) {
    const [userId, password] = login === "-" ? [] : login.split(":");
    return new SocksClient({
        command,
        destination: { host, port },
        proxy: { type: 5, host: "127.0.0.1", port: Number(proxyPort), userId, password },
    });
}

function compare(received, expected) {
    return received.equals(expected) ? "same" : `different: ${received.length} of ${expected.length} octets`;
}

// The first so many octets that come, or all of them.
async function read(socket, count = Infinity) {
    const pieces = [];
    let length = 0;
    for await (const piece of socket.iterator({ destroyOnReturn: false })) {
        pieces.push(piece);
        length += piece.length;
        if (length >= count) {
            break;
        }
    }
    return Buffer.concat(pieces);
}

async function connect(host, port, farewell) {
    const tunnel = client("connect", host, Number(port));
    tunnel.connect();
    const [{ socket }] = await once(tunnel, "established");
    const words = randomBytes(1 << 20);
    socket.end(words);
    console.log(compare(await read(socket), Buffer.concat([words, Buffer.from(farewell)])));
}

async function udp(host, port) {
    const association = client("associate", "0.0.0.0", 0);
    association.connect();
    const [{ remoteHost: relay, socket: control }] = await once(association, "established");
    const socket = dgram.createSocket("udp4");
    for (const length of [60000, 0, 1]) {
        const payload = randomBytes(length);
        const datagram = SocksClient.createUDPFrame({ remoteHost: { host, port: Number(port) }, data: payload });
        const answer = once(socket, "message");
        socket.send(datagram, relay.port, relay.host);
        const { frameNumber, remoteHost, data } = SocksClient.parseUDPFrame((await answer)[0]);
        const right = frameNumber === 0 && remoteHost.port === Number(port);
        console.log(`${length}: ${right ? compare(data, payload) : "wrong header"} from ${remoteHost.host}`);
    }
    socket.close();
    control.destroy();
}

async function bind(expected, ...peers) {
    const listener = client("bind", expected, 0);
    const established = once(listener, "established");
    established.catch(() => {}); // Whoever awaits it gets the error.
    listener.connect();
    const [{ remoteHost: address }] = await once(listener, "bound");
    const last = peers.pop();
    for (const stranger of peers) {
        await once(connectFrom(stranger, address).resume(), "close");
        console.log(`${stranger}: hung up on`);
    }
    const peer = last && connectFrom(last, address);
    const [{ remoteHost, socket }] = await established;
    const itself = remoteHost.host === last && remoteHost.port === peer.localPort;
    const [up, down] = [randomBytes(1 << 20), randomBytes(1 << 20)];
    socket.write(up);
    console.log(`${last}: ${itself ? "let in" : "taken for " + remoteHost.host}`);
    console.log(`up: ${compare(await read(peer, up.length), up)}`);
    peer.end(down);
    console.log(`down: ${compare(await read(socket), down)}`);
}

function connectFrom(localAddress, { host, port }) {
    const socket = net.connect({ localAddress, host, port });
    socket.on("error", () => {}); // What matters is that it closes.
    return socket;
}

const actions = { connect, udp, bind };
if (action) {
    actions[action](...rest).catch((e) => {
        console.log(e.message);
        process.exit();
    });
}
