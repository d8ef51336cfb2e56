// A SOCKS5 server on 127.0.0.1, from the npm package simple-socks.
// Arguments: PORT [USER PASSWORD]; without any it ends at once, if the package is there
"use strict";
const [port, user, password] = process.argv.slice(2);

function authenticate(givenUser, givenPassword, socket, callback) {
    setImmediate(callback, givenUser === user && givenPassword === password ? undefined : new Error("wrong login"));
}

import("simple-socks").then(({ default: socks5 }) => {
    if (port) {
        socks5.createServer(user ? { authenticate } : {}).listen(Number(port), "127.0.0.1");
    }
});
