'use strict';

// EventEmitter: order, once, removal while emitting, errors, limits, async iteration.

const assert = require('assert');
const events = require('events');
const { mustCall, mustNotCall } = require('../common.js');

const { EventEmitter } = events;
assert.strictEqual(events, EventEmitter);

const emitter = new EventEmitter();
const seen = [];
emitter.on('newListener', (name) => { if (name !== 'removeListener') seen.push(`new ${name}`); });
emitter.on('x', (value) => seen.push(`a${value}`));
emitter.prependListener('x', (value) => seen.push(`b${value}`));
emitter.once('x', (value) => seen.push(`c${value}`));
assert.strictEqual(emitter.emit('x', 1), true);
assert.strictEqual(emitter.emit('x', 2), true);
assert.strictEqual(emitter.emit('y'), false);
assert.deepStrictEqual(seen, ['new x', 'new x', 'new x', 'b1', 'a1', 'c1', 'b2', 'a2']);
assert.strictEqual(emitter.listenerCount('x'), 2);
assert.deepStrictEqual(emitter.eventNames(), ['newListener', 'x']);

// What is removed while an event runs is still called for that event.
const removal = new EventEmitter();
const second = mustCall(() => {}, 1);
removal.on('go', () => removal.off('go', second));
removal.on('go', second);
removal.emit('go');
removal.emit('go');

// All arguments arrive, however many.
for (let count = 0; count < 7; count++) {
  const args = Array.from({ length: count }, (_, i) => i);
  const many = new EventEmitter();
  many.on('e', mustCall(function(...got) {
    assert.strictEqual(this, many);
    assert.deepStrictEqual(got, args);
  }, 2));
  many.emit('e', ...args);
  many.on('e', mustCall((...got) => assert.deepStrictEqual(got, args)));
  many.emit('e', ...args);
}

// Errors without a listener are thrown.
const failing = new EventEmitter();
const problem = new Error('problem');
assert.throws(() => failing.emit('error', problem), problem);
assert.throws(() => failing.emit('error', { a: 1 }), {
  code: 'ERR_UNHANDLED_ERROR', message: 'Unhandled error. ({ a: 1 })',
});
failing.on(events.errorMonitor, mustCall((error) => assert.strictEqual(error, problem)));
failing.on('error', mustCall());
failing.emit('error', problem);

const capturing = new EventEmitter({ captureRejections: true });
capturing.on('go', async () => { throw problem; });
capturing.on('error', mustCall((error) => assert.strictEqual(error, problem)));
capturing.emit('go');

process.on('warning', mustCall((warning) => {
  assert.strictEqual(warning.name, 'MaxListenersExceededWarning');
  assert.strictEqual(warning.count, 11);
}));
for (let i = 0; i < 12; i++) emitter.on('leak', () => {});

(async () => {
  const source = new EventEmitter();
  setImmediate(() => source.emit('ready', 1, 2));
  assert.deepStrictEqual(await events.once(source, 'ready'), [1, 2]);

  const controller = new AbortController();
  setImmediate(() => {
    source.emit('item', 1);
    source.emit('item', 2);
    controller.abort();
  });
  const items = [];
  try {
    for await (const [item] of events.on(source, 'item', { signal: controller.signal })) {
      items.push(item);
    }
    mustNotCall()();
  } catch (error) {
    assert.strictEqual(error.name, 'AbortError');
    assert.strictEqual(error.code, 'ABORT_ERR');
  }
  assert.deepStrictEqual(items, [1, 2]);
  assert.strictEqual(source.listenerCount('item'), 0);
})().then(mustCall());
