'use strict';
// process.exit() in a worker ends it at once; what cannot be posted or started is refused.
const assert = require('assert');
const { MessageChannel, Worker } = require('worker_threads');
const { mustCall } = require('../common');

const reached = new Int32Array(new SharedArrayBuffer(4));
const worker = new Worker(`
  try {
    process.exit(3);
    throw new Error('after exit');
  } catch {
    require('worker_threads').workerData[0] = 1;
  }`, { eval: true, workerData: reached });
worker.on('exit', mustCall((code) => {
  assert.strictEqual(code, 3);
  assert.strictEqual(reached[0], 0);
}));

const { port1, port2 } = new MessageChannel();
for (const transfer of [null, 0, false, {}]) {
  assert.throws(() => port1.postMessage(1, { transfer }), { code: 'ERR_INVALID_ARG_TYPE' });
}
const buffer = new ArrayBuffer(8);
port1.close();
assert.throws(() => port2.postMessage(null, [buffer, port1]), {
  name: 'DataCloneError', message: 'MessagePort in transfer list is already detached',
});
assert.strictEqual(buffer.byteLength, 8);
port2.close();
assert.throws(() => new Worker('data:text/javascript,'), /Wrap data: URLs with `new URL`/);
