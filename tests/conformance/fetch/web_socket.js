'use strict';

// The WebSocket client against a small server: opening, an echo, closing with a code; a refusal.

const assert = require('assert');
const crypto = require('crypto');
const http = require('http');
const { mustCall } = require('../common');

const kGuid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const kText = 1;
const kClose = 8;

// One masked client frame of less than 126 bytes.
function readFrame(bytes) {
  const length = bytes[1] & 127;
  const mask = bytes.subarray(2, 6);
  const payload = bytes.subarray(6, 6 + length).map((byte, i) => byte ^ mask[i % 4]);
  return { opcode: bytes[0] & 15, payload, rest: bytes.subarray(6 + length) };
}

function frame(opcode, payload) {
  return Buffer.concat([Buffer.from([0x80 | opcode, payload.length]), payload]);
}

const server = http.createServer((request, response) => response.writeHead(403).end());
server.on('upgrade', (request, socket) => {
  if (request.url === '/no') return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  const key = request.headers['sec-websocket-key'];
  const accept = crypto.createHash('sha1').update(key + kGuid).digest('base64');
  socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
               `Sec-WebSocket-Accept: ${accept}\r\n\r\n`);
  socket.on('data', (bytes) => {
    while (bytes.length > 0) {
      const { opcode, payload, rest } = readFrame(bytes);
      bytes = rest;
      if (opcode === kText) socket.write(frame(kText, payload));
      if (opcode === kClose) socket.end(frame(kClose, payload));
    }
  });
});

server.listen(0, '127.0.0.1', mustCall(() => {
  const { port } = server.address();
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
  socket.onopen = mustCall(() => {
    assert.strictEqual(socket.readyState, WebSocket.OPEN);
    socket.send('hello');
  });
  socket.onmessage = mustCall((event) => {
    assert.strictEqual(event.data, 'hello');
    socket.close(4001, 'done');
  });
  socket.onclose = mustCall((event) => {
    assert.ok(event instanceof CloseEvent);
    assert.strictEqual(`${event.code} ${event.reason} ${event.wasClean}`, '4001 done true');
    const refused = new WebSocket(`ws://127.0.0.1:${port}/no`);
    refused.onerror = mustCall();
    refused.onclose = mustCall(({ wasClean }) => {
      assert.strictEqual(wasClean, false);
      server.close();
      server.closeAllConnections();
    });
  });
}));
