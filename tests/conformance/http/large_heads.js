'use strict';

// F39: heads beyond the limits are answered with 431 and the connection closes.

const { mustCall, mustNotCall } = require('../common.js');
const assert = require('assert');
const http = require('http');
const net = require('net');

const server = http.createServer(mustNotCall('handler of a refused request'));

function exchange(bytes) {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = net.connect(server.address().port, '127.0.0.1', () => socket.write(bytes));
    socket.setEncoding('latin1');
    socket.on('data', (text) => { answer += text; });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
}

async function main() {
  assert.strictEqual(http.maxHeaderSize, 16 * 1024);
  const heads = [
    `GET / HTTP/1.1\r\nHost: h\r\nX: ${'a'.repeat(40_000)}\r\n\r\n`,
    `GET / HTTP/1.1\r\nHost: h\r\n${'a:b\r\n'.repeat(3_000)}\r\n`,
    `GET /${'a'.repeat(100_000)} HTTP/1.1\r\nHost: h\r\n\r\n`,
  ];
  for (const head of heads) {
    assert.match(await exchange(head), /^HTTP\/1\.1 431 Request Header Fields Too Large\r\n/);
  }
  server.close(mustCall());
}

server.listen(0, '127.0.0.1', mustCall(() => main()));
