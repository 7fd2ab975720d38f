'use strict';

// What goes wrong has Node's codes and texts.

const { mustCall } = require('../common.js');
const assert = require('assert');
const net = require('net');

assert.throws(() => net.connect({}), { code: 'ERR_MISSING_ARGS' });
assert.throws(() => net.connect({ port: 70000 }), { code: 'ERR_SOCKET_BAD_PORT' });
assert.throws(() => net.createServer().listen(-1), { code: 'ERR_SOCKET_BAD_PORT' });
assert.throws(() => net.createServer().listen({}), { code: 'ERR_INVALID_ARG_VALUE' });
assert.throws(() => net.createServer('x'), { code: 'ERR_INVALID_ARG_TYPE' });

const server = net.createServer();
server.listen(0, '127.0.0.1', mustCall(() => {
  const { port } = server.address();
  assert.throws(() => server.listen(0), { code: 'ERR_SERVER_ALREADY_LISTEN' });
  const second = net.createServer();
  second.on('error', mustCall((error) => {
    assert.strictEqual(error.code, 'EADDRINUSE');
    assert.strictEqual(error.syscall, 'listen');
    assert.strictEqual(error.port, port);
    assert.strictEqual(error.message, `listen EADDRINUSE: address already in use 127.0.0.1:${port}`);
    server.close(mustCall(() => {
      const client = net.connect(port, '127.0.0.1');
      client.on('error', mustCall((refused) => {
        assert.strictEqual(refused.code, 'ECONNREFUSED');
        assert.strictEqual(refused.syscall, 'connect');
        assert.strictEqual(refused.address, '127.0.0.1');
        assert.strictEqual(refused.message, `connect ECONNREFUSED 127.0.0.1:${port}`);
      }));
      client.on('close', mustCall((hadError) => assert.strictEqual(hadError, true)));
    }));
    second.close(mustCall((closed) => assert.strictEqual(closed.code, 'ERR_SERVER_NOT_RUNNING')));
  }));
  second.listen(port, '127.0.0.1');
}));
