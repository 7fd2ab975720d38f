'use strict';

// AsyncLocalStorage follows promises, timers, ticks, immediates, events and native callbacks.

const assert = require('assert');
const fs = require('fs');
const { AsyncLocalStorage, AsyncResource } = require('async_hooks');
const { mustCall } = require('../common.js');

const storage = new AsyncLocalStorage();
const is = (value) => mustCall(() => assert.strictEqual(storage.getStore(), value));

assert.strictEqual(storage.getStore(), undefined);
storage.run('a', () => {
  assert.strictEqual(storage.getStore(), 'a');
  setTimeout(is('a'), 1);
  setImmediate(is('a'));
  process.nextTick(is('a'));
  queueMicrotask(is('a'));
  Promise.resolve().then(is('a'));
  fs.stat(__filename, is('a'));
  fs.promises.stat(__filename).then(is('a'));
  storage.run('b', () => {
    setTimeout(is('b'), 1);
    (async () => {
      await null;
      is('b')();
      await fs.promises.readFile(__filename);
      is('b')();
    })().then(is('b'));
  });
  storage.exit(() => setImmediate(is(undefined)));
  assert.strictEqual(storage.getStore(), 'a');
});
setTimeout(is(undefined), 1);
assert.throws(() => storage.run('x', () => { throw new Error('out'); }), /out/);
assert.strictEqual(storage.getStore(), undefined);

// Two storages do not disturb one another.
const other = new AsyncLocalStorage({ defaultValue: 'none', name: 'other' });
assert.strictEqual(other.name, 'other');
storage.run(1, () => other.run(2, () => {
  assert.deepStrictEqual([storage.getStore(), other.getStore()], [1, 2]);
  storage.disable();
  assert.deepStrictEqual([storage.getStore(), other.getStore()], [undefined, 2]);
}));
assert.strictEqual(other.getStore(), 'none');

const restore = storage.run('kept', () => AsyncLocalStorage.snapshot());
assert.strictEqual(restore(() => storage.getStore()), 'kept');
const bound = storage.run('bound', () => AsyncLocalStorage.bind((x) => [storage.getStore(), x]));
assert.deepStrictEqual(bound(1), ['bound', 1]);

const resource = storage.run('resource', () => new AsyncResource('TEST'));
assert.strictEqual(resource.runInAsyncScope(() => storage.getStore()), 'resource');
assert.strictEqual(resource.runInAsyncScope((a, b) => a + b, null, 1, 2), 3);
assert.strictEqual(resource.bind((a, b) => b).length, 2);
assert.ok(resource.asyncId() > 0);
assert.throws(() => new AsyncResource(), { code: 'ERR_INVALID_ARG_TYPE' });

// enterWith inside a reaction stays inside it.
(async () => {
  await Promise.resolve().then(() => storage.enterWith('inside'));
  assert.strictEqual(storage.getStore(), undefined);
})().then(mustCall());
