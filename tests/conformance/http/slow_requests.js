'use strict';

// F40: connections that are slow to say what they want get 408, and good clients do not wait.

const { mustCall } = require('../common.js');
const assert = require('assert');
const http = require('http');
const net = require('net');

const server = http.createServer({
  headersTimeout: 1500, requestTimeout: 3000, connectionsCheckingInterval: 50,
}, (req, res) => {
  req.resume();
  req.on('end', () => res.end('ok'));
  req.on('error', () => {});
});

function exchange(bytes) {
  return new Promise((resolve) => {
    let answer = '';
    const socket = net.connect(server.address().port, '127.0.0.1', () => {
      if (bytes) socket.write(bytes);
    });
    socket.setEncoding('latin1');
    socket.on('data', (text) => { answer += text; });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
  });
}

server.listen(0, '127.0.0.1', mustCall(async () => {
  const { port } = server.address();
  const kSlow = /^HTTP\/1\.1 408 Request Timeout\r\nConnection: close\r\n\r\n$/;
  const slow = [
    exchange(''),
    exchange('GET / HTTP/1.1\r\nHost: h\r\n'),
    exchange('POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc'),
    ...Array.from({ length: 100 }, () => exchange('GET')),
  ];
  await new Promise((resolve, reject) => {
    http.get({ port, host: '127.0.0.1' }, mustCall((res) => {
      assert.strictEqual(res.statusCode, 200);
      res.resume();
      res.on('end', resolve);
    })).on('error', reject);
  });
  for (const answer of await Promise.all(slow)) assert.match(answer, kSlow);
  server.close(mustCall());
}));
