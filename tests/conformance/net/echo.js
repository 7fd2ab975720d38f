'use strict';

// A TCP echo: events in order, counters, addresses, and both sides closed.

const { mustCall, mustNotCall } = require('../common.js');
const assert = require('assert');
const net = require('net');

const order = [];
const server = net.createServer(mustCall((socket) => {
  assert.strictEqual(socket.remoteAddress, '127.0.0.1');
  assert.strictEqual(socket.remoteFamily, 'IPv4');
  socket.on('data', (chunk) => socket.write(chunk));
  socket.on('end', mustCall(() => order.push('server end')));
  socket.on('close', mustCall((hadError) => {
    assert.strictEqual(hadError, false);
    server.close(mustCall(() => order.push('server closed')));
  }));
}));

server.listen(0, '127.0.0.1', mustCall(() => {
  const client = net.connect(server.address().port, '127.0.0.1');
  assert.strictEqual(client.connecting, true);
  assert.strictEqual(client.readyState, 'opening');
  client.on('connect', mustCall(() => order.push('connect')));
  client.on('ready', mustCall(() => order.push('ready')));
  client.on('error', mustNotCall());
  client.setEncoding('utf8');
  client.write('hello ');
  client.write('world', mustCall());
  let text = '';
  client.on('data', (part) => {
    text += part;
    if (text.length === 11) client.end();
  });
  client.on('end', mustCall(() => order.push('end')));
  client.on('close', mustCall(() => {
    order.push('close');
    assert.strictEqual(text, 'hello world');
    assert.strictEqual(client.bytesRead, 11);
    assert.strictEqual(client.bytesWritten, 11);
    assert.strictEqual(client.destroyed, true);
  }));
}));

process.on('exit', () => {
  assert.deepStrictEqual(order.filter((event) => !event.startsWith('server')),
    ['connect', 'ready', 'end', 'close']);
});
