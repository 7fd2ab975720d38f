'use strict';

// Channels, stores bound to them and tracing channels.

const assert = require('assert');
const dc = require('diagnostics_channel');
const { AsyncLocalStorage } = require('async_hooks');
const { mustCall } = require('../common.js');

const channel = dc.channel('test');
assert.strictEqual(dc.channel('test'), channel);
assert.strictEqual(channel.hasSubscribers, false);
const subscriber = mustCall((message, name) => {
  assert.deepStrictEqual(message, { a: 1 });
  assert.strictEqual(name, 'test');
});
dc.subscribe('test', subscriber);
assert.strictEqual(dc.hasSubscribers('test'), true);
channel.publish({ a: 1 });
assert.strictEqual(dc.unsubscribe('test', subscriber), true);
assert.strictEqual(dc.unsubscribe('test', subscriber), false);
channel.publish({ a: 2 });
assert.throws(() => dc.channel(null), { code: 'ERR_INVALID_ARG_TYPE' });

const storage = new AsyncLocalStorage();
channel.bindStore(storage, (data) => data.id);
assert.strictEqual(channel.runStores({ id: 5 }, () => storage.getStore()), 5);
assert.strictEqual(storage.getStore(), undefined);
assert.strictEqual(channel.unbindStore(storage), true);

const tracing = dc.tracingChannel('work');
const log = [];
const handlers = {};
for (const name of ['start', 'end', 'asyncStart', 'asyncEnd', 'error']) {
  handlers[name] = (context) => log.push([name, context.result ?? context.error?.message]);
}
tracing.subscribe(handlers);
assert.strictEqual(tracing.traceSync((x) => x * 2, {}, null, 4), 8);
assert.deepStrictEqual(log.splice(0), [['start', undefined], ['end', 8]]);
assert.throws(() => tracing.traceSync(() => { throw new Error('no'); }), /no/);
assert.deepStrictEqual(log.splice(0), [['start', undefined], ['error', 'no'], ['end', 'no']]);

tracing.tracePromise(async () => 3, {}).then(mustCall((value) => {
  assert.strictEqual(value, 3);
  assert.deepStrictEqual(log.splice(0), [
    ['start', undefined], ['end', undefined], ['asyncStart', 3], ['asyncEnd', 3],
  ]);
  tracing.traceCallback((callback) => setImmediate(callback, null, 'v'), 0, {}, null,
                        mustCall((error, result) => {
                          assert.strictEqual(result, 'v');
                          tracing.unsubscribe(handlers);
                          assert.strictEqual(tracing.hasSubscribers, false);
                        }));
}));

// A failing subscriber is reported without disturbing the publisher.
process.once('uncaughtException', mustCall((error) => assert.strictEqual(error.message, 'sub')));
dc.subscribe('bad', () => { throw new Error('sub'); });
dc.channel('bad').publish(1);
