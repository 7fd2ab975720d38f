'use strict';

// Bytes that a listener pushes into a connection are read as if they had come from the network; a
// request whose body no one reads pauses its connection, and the connection says so.

const assert = require('assert');
const http = require('http');
const net = require('net');
const { mustCall } = require('../common.js');

const pushed = http.createServer(mustCall((req, res) => res.end(req.url)));
pushed.on('connection', mustCall((socket) => {
  socket.push('GET /pushed HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n');
}));
pushed.listen(0, '127.0.0.1', mustCall(() => {
  let answer = '';
  const socket = net.connect(pushed.address().port, '127.0.0.1');
  socket.setEncoding('latin1').on('data', (text) => { answer += text; });
  socket.on('end', mustCall(() => {
    assert.match(answer, /^HTTP\/1\.1 200 OK\r\n[^]*\/pushed/);
    pushed.close();
  }));
}));

const paused = http.createServer(mustCall((req, res) => {
  req.socket.once('pause', mustCall(() => {
    req.resume();
    req.on('end', () => res.end('read'));
  }));
}));
paused.listen(0, '127.0.0.1', mustCall(() => {
  const request = http.request({ port: paused.address().port, method: 'POST', agent: false });
  request.on('response', mustCall((response) => response.resume().on('end', () => paused.close())));
  request.end(Buffer.alloc(1 << 20));
}));
