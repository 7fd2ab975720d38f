'use strict';
// Every other channel of a name hears a message, also on other threads.
const assert = require('assert');
const { BroadcastChannel, Worker } = require('worker_threads');
const { mustCall, mustNotCall } = require('../common');

const here = new BroadcastChannel('news');
const second = new BroadcastChannel('news');
const other = new BroadcastChannel('other');
other.onmessage = mustNotCall();
second.onmessage = mustCall(({ data }) => {
  assert.strictEqual(data.from, 'worker');
  second.close();
});
here.onmessage = mustCall(({ data, type }) => {
  assert.strictEqual(type, 'message');
  assert.deepStrictEqual(data, { from: 'worker' });
  here.close();
  other.close();
  assert.throws(() => here.postMessage(1), { name: 'InvalidStateError' });
});
assert.strictEqual(here.name, 'news');
assert.throws(() => new BroadcastChannel(), { code: 'ERR_MISSING_ARGS' });
assert.throws(() => here.postMessage(Symbol('x')), { name: 'DataCloneError' });

new Worker('const { BroadcastChannel } = require("worker_threads");' +
           'const c = new BroadcastChannel("news"); c.postMessage({ from: "worker" }); c.close()',
           { eval: true });
