'use strict';

// Bodies both ways: chunked, by length, large, piped, with trailers; pipelined requests keep order.

const { mustCall } = require('../common.js');
const assert = require('assert');
const http = require('http');
const net = require('net');

const kBig = 'x'.repeat(300_000);

const server = http.createServer((req, res) => {
  if (req.url === '/echo') {
    req.pipe(res);
  } else if (req.url === '/chunks') {
    res.setHeader('Trailer', 'X-Sum');
    res.write('one ');
    res.write('two');
    res.addTrailers({ 'X-Sum': '7' });
    res.end();
  } else if (req.url === '/head') {
    res.setHeader('Content-Length', 5);
    res.end('hello');
  } else if (req.url === '/none') {
    res.statusCode = 204;
    res.end();
  } else {
    setTimeout(() => res.end(req.url), req.url === '/slow' ? 20 : 0);
  }
});

function request(options, body) {
  return new Promise((resolve, reject) => {
    const req = http.request({ port: server.address().port, host: '127.0.0.1', ...options },
      (res) => {
        let text = '';
        res.setEncoding('utf8');
        res.on('data', (part) => { text += part; });
        res.on('end', () => resolve({ res, text }));
      });
    req.on('error', reject);
    if (Array.isArray(body)) for (const part of body) req.write(part);
    else if (body) req.write(body);
    req.end();
  });
}

async function main() {
  let { res, text } = await request({ path: '/echo', method: 'POST' }, kBig);
  assert.strictEqual(text.length, kBig.length);
  ({ res, text } = await request({ path: '/echo', method: 'POST' }, ['ä', 'ö', Buffer.from('ü')]));
  assert.strictEqual(text, 'äöü');
  ({ res, text } = await request({ path: '/chunks' }));
  assert.strictEqual(text, 'one two');
  assert.strictEqual(res.headers['transfer-encoding'], 'chunked');
  assert.deepStrictEqual(res.trailers, { 'x-sum': '7' });
  ({ res, text } = await request({ path: '/head', method: 'HEAD' }));
  assert.strictEqual(text, '');
  assert.strictEqual(res.headers['content-length'], '5');
  ({ res, text } = await request({ path: '/none' }));
  assert.strictEqual(res.statusCode, 204);
  assert.strictEqual(res.headers['transfer-encoding'], undefined);

  const answers = await new Promise((resolve) => {
    let all = '';
    const socket = net.connect(server.address().port, '127.0.0.1', () => {
      socket.write('GET /slow HTTP/1.1\r\nHost: h\r\n\r\nGET /fast HTTP/1.1\r\nHost: h\r\n\r\n' +
        'GET /last HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n');
    });
    socket.on('data', (part) => { all += part; });
    socket.on('close', () => resolve(all));
  });
  assert.deepStrictEqual(answers.match(/\/(slow|fast|last)/g), ['/slow', '/fast', '/last']);
  server.close(mustCall());
}

server.listen(0, '127.0.0.1', mustCall(() => main()));
