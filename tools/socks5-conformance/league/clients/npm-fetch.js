// Fetches a page by the npm package socks: PROXY_HOST:PORT URL [USER PASSWORD].
const { SocksClient } = require('socks');

const [proxy, target, userId, password] = process.argv.slice(2);
const at = proxy.lastIndexOf(':');
const url = new URL(target);

function fail(error) {
  console.error(error.message);
  process.exit(1);
}

SocksClient.createConnection({
  proxy: { host: proxy.slice(0, at), port: Number(proxy.slice(at + 1)), type: 5, userId, password },
  command: 'connect',
  destination: { host: url.hostname.replace(/[[\]]/g, ''), port: Number(url.port) },
}).then(({ socket }) => {
  const parts = [];
  socket.on('data', (part) => parts.push(part));
  socket.on('error', fail);
  socket.on('close', () => {
    const answer = Buffer.concat(parts);
    const end = answer.indexOf('\r\n\r\n');
    if (end < 0 || !answer.toString('latin1').startsWith('HTTP/1.')) fail(new Error('no page'));
    process.stdout.write(answer.subarray(end + 4));
  });
  socket.write(`GET ${url.pathname} HTTP/1.0\r\nHost: ${url.host}\r\n\r\n`);
  socket.resume();
}).catch(fail);
