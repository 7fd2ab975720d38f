'use strict';

// F37, F38: messages whose end two readers could see in different places are refused, the handler
// does not run, nothing behind them is read as a request, and the server goes on.

const { mustCall } = require('../common.js');
const assert = require('assert');
const http = require('http');
const net = require('net');

const seen = [];
const server = http.createServer((req, res) => {
  seen.push(req.url);
  req.resume();
  req.on('end', () => res.end('ok'));
});

// Resolves with everything the server says until it closes.
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

const kSmuggled = 'GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n';
const framings = [
  'Content-Length: 3\r\nTransfer-Encoding: chunked', 'Content-Length: 3\r\nContent-Length: 4',
  'Content-Length: +5', 'Content-Length: -1', 'Content-Length: 0x5', 'Content-Length: 5, 6',
  'Content-Length: 123456789012345678901234', 'Content-Length : 5', 'Transfer-Encoding : chunked',
];
const chunks = [
  ['0x5\r\nhello\r\n0\r\n\r\n', 400], ['fffffffffffffffff\r\n', 400],
  ['5\r\nhello0\r\n\r\n', 400], ['5\nhello\r\n0\r\n\r\n', 400],
  [`1;${'e'.repeat(100_000)}\r\na\r\n0\r\n\r\n`, 413],
];

async function main() {
  for (const framing of framings) {
    const answer = await exchange(`POST /bad HTTP/1.1\r\nHost: h\r\n${framing}\r\n\r\nabcde${kSmuggled}`);
    assert.match(answer, /^HTTP\/1\.1 400 Bad Request\r\nConnection: close\r\n\r\n$/, framing);
    assert.deepStrictEqual(seen, [], framing);
  }
  for (const [body, status] of chunks) {
    const answer = await exchange(
      `POST /chunk HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n${body}${kSmuggled}`);
    assert.match(answer, new RegExp(`^HTTP/1\\.1 ${status} `), body.slice(0, 20));
    assert.ok(!seen.includes('/smuggled'));
  }
  seen.length = 0;
  const good = await exchange('GET /good HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n');
  assert.match(good, /^HTTP\/1\.1 200 OK\r\n/);
  assert.deepStrictEqual(seen, ['/good']);
  server.close(mustCall());
}

server.listen(0, '127.0.0.1', mustCall(() => main()));
