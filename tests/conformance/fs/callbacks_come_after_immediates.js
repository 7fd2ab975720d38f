'use strict';
// Answers found in the kernel's caches still arrive as if a disk had been asked: after timers that
// were due and after setImmediate callbacks; and inside an I/O callback setImmediate beats a timer.
const assert = require('assert');
const fs = require('fs');
const { mustCall } = require('../common');

const order = [];
fs.readFile(__filename, mustCall(() => {
  order.push('readFile');
  setTimeout(mustCall(() => order.push('timeout in I/O')), 0);
  setImmediate(mustCall(() => order.push('immediate in I/O')));
  process.nextTick(mustCall(() => order.push('tick in I/O')));
  Promise.resolve().then(mustCall(() => order.push('promise in I/O')));
}));
setImmediate(mustCall(() => order.push('immediate')));
process.nextTick(mustCall(() => order.push('tick')));
Promise.resolve().then(mustCall(() => order.push('promise')));

process.on('exit', () => {
  assert.deepStrictEqual(order, ['tick', 'promise', 'immediate', 'readFile', 'tick in I/O',
    'promise in I/O', 'immediate in I/O', 'timeout in I/O']);
});
