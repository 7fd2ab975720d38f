'use strict';
// What connect() refuses at once, and failures before a request has its socket.
const assert = require('assert');
const http = require('http');
const net = require('net');
const { mustCall, mustNotCall } = require('../common');

for (const [options, code] of [
  [{ port: null }, 'ERR_INVALID_ARG_TYPE'],
  [{ port: true }, 'ERR_INVALID_ARG_TYPE'],
  [{ port: 70000 }, 'ERR_SOCKET_BAD_PORT'],
  [{ port: 1, host: ['127.0.0.1'] }, 'ERR_INVALID_ARG_TYPE'],
  [{ port: 1, host: 5 }, 'ERR_INVALID_ARG_TYPE'],
  [{}, 'ERR_MISSING_ARGS'],
]) assert.throws(() => net.connect(options), { code });

// The look-up answers before connect() returns; the error reaches the request's listener.
const blockList = new net.BlockList();
blockList.addAddress('127.0.0.1');
const request = http.request({
  host: 'example.com', port: 80, family: 4,
  lookup: (name, options, callback) => callback(null, '127.0.0.1', 4),
  createConnection: (options) => net.createConnection({ ...options, blockList }),
}, mustNotCall());
request.on('error', mustCall((error) => { assert.strictEqual(error.code, 'ERR_IP_BLOCKED'); }));
request.end();
