'use strict';

// The server a Node tutorial opens with.

const { mustCall } = require('../common.js');
const assert = require('assert');
const { createServer, get } = require('node:http');

const server = createServer((req, res) => {
  res.statusCode = 200;
  res.setHeader('Content-Type', 'text/plain');
  res.end('Hello World\n');
});

server.listen(0, '127.0.0.1', mustCall(() => {
  const { port, address } = server.address();
  assert.strictEqual(address, '127.0.0.1');
  get(`http://127.0.0.1:${port}/`, mustCall((res) => {
    assert.strictEqual(res.statusCode, 200);
    assert.strictEqual(res.headers['content-type'], 'text/plain');
    assert.strictEqual(res.headers['content-length'], '12');
    res.setEncoding('utf8');
    let body = '';
    res.on('data', (text) => { body += text; });
    res.on('end', mustCall(() => {
      assert.strictEqual(body, 'Hello World\n');
      server.close(mustCall());
    }));
  }));
}));
