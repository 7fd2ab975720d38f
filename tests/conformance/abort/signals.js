'use strict';

// AbortController, AbortSignal.abort, timeout and any.

const assert = require('assert');
const { mustCall } = require('../common.js');

const controller = new AbortController();
const { signal } = controller;
assert.strictEqual(signal.aborted, false);
signal.onabort = mustCall((event) => {
  assert.strictEqual(event.type, 'abort');
  assert.strictEqual(event.isTrusted, true);
});
signal.addEventListener('abort', mustCall());
controller.abort();
controller.abort('again');
assert.strictEqual(signal.aborted, true);
assert.strictEqual(signal.reason.name, 'AbortError');
assert.strictEqual(signal.reason.message, 'This operation was aborted');
assert.throws(() => signal.throwIfAborted(), { name: 'AbortError' });

assert.strictEqual(AbortSignal.abort(7).reason, 7);
assert.throws(() => new AbortSignal(), { code: 'ERR_ILLEGAL_CONSTRUCTOR' });
assert.throws(() => AbortSignal.timeout(-1), { code: 'ERR_OUT_OF_RANGE' });

const timed = AbortSignal.timeout(1);
// Its timer does not keep the process alive, this one does.
const keepAlive = setInterval(() => {}, 1000);
timed.addEventListener('abort', mustCall(() => {
  clearInterval(keepAlive);
  assert.strictEqual(timed.reason.name, 'TimeoutError');
}));

const one = new AbortController();
const two = new AbortController();
const any = AbortSignal.any([one.signal, two.signal]);
const nested = AbortSignal.any([any]);
nested.addEventListener('abort', mustCall(() => assert.strictEqual(any.aborted, true)));
two.abort('because');
assert.strictEqual(any.reason, 'because');
assert.strictEqual(nested.reason, 'because');
assert.strictEqual(AbortSignal.any([]).aborted, false);
assert.strictEqual(AbortSignal.any([AbortSignal.abort(1)]).reason, 1);
assert.throws(() => AbortSignal.any([1]), { code: 'ERR_INVALID_ARG_TYPE' });
