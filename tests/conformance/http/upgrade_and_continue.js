'use strict';

// Protocol changes, 100-continue, early hints and CONNECT.

const { mustCall } = require('../common.js');
const assert = require('assert');
const http = require('http');

const server = http.createServer((req, res) => {
  if (req.url === '/hints') res.writeEarlyHints({ link: '</a.css>; rel=preload' });
  req.resume();
  req.on('end', () => res.end('done'));
});
server.on('upgrade', mustCall((req, socket, head) => {
  assert.strictEqual(req.headers.upgrade, 'echo');
  socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
  if (head.length > 0) socket.write(head);
  socket.pipe(socket);
}));

server.listen(0, '127.0.0.1', mustCall(() => {
  const options = { port: server.address().port, host: '127.0.0.1' };
  const upgrade = http.get({ ...options, headers: { Connection: 'Upgrade', Upgrade: 'echo' } });
  upgrade.on('upgrade', mustCall((res, socket) => {
    assert.strictEqual(res.statusCode, 101);
    socket.write('ping');
    socket.once('data', mustCall((bytes) => {
      assert.strictEqual(String(bytes), 'ping');
      socket.end();
      waitForContinue(options);
    }));
  }));
}));

function waitForContinue(options) {
  const req = http.request({
    ...options, method: 'POST', headers: { Expect: '100-continue' }, agent: false,
  }, mustCall((res) => {
    res.resume();
    res.on('end', mustCall(() => readHints(options)));
  }));
  req.on('continue', mustCall(() => req.end('body')));
}

function readHints(options) {
  const req = http.get({ ...options, path: '/hints', agent: false }, mustCall((res) => {
    res.resume();
    res.on('end', mustCall(() => server.close(mustCall())));
  }));
  req.on('information', mustCall((info) => {
    assert.strictEqual(info.statusCode, 103);
    assert.strictEqual(info.headers.link, '</a.css>; rel=preload');
  }));
}
