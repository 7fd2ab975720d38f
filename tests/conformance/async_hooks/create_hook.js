'use strict';

// createHook announces ticks, timers, immediates and AsyncResource, in this order for each: init,
// before, after, destroy.

const assert = require('assert');
const {
  AsyncResource, createHook, executionAsyncId, executionAsyncResource, triggerAsyncId,
} = require('async_hooks');

const events = new Map();
const types = new Map();
const hook = createHook({
  init(asyncId, type, triggerId, resource) {
    assert.strictEqual(typeof triggerId, 'number');
    assert.strictEqual(typeof resource, 'object');
    types.set(asyncId, type);
    events.set(asyncId, ['init']);
  },
  before: (asyncId) => events.get(asyncId)?.push('before'),
  after: (asyncId) => events.get(asyncId)?.push('after'),
  destroy: (asyncId) => events.get(asyncId)?.push('destroy'),
});
assert.strictEqual(hook.enable(), hook);

const outer = executionAsyncId();
assert.strictEqual(outer, 1);
const seen = {};
const note = (name) => () => { seen[name] = executionAsyncId(); };
process.nextTick(note('TickObject'));
setImmediate(note('Immediate'));
const timer = setTimeout(() => {
  note('Timeout')();
  assert.strictEqual(triggerAsyncId(), outer);
  assert.strictEqual(executionAsyncResource(), timer);
}, 1);
const resource = new AsyncResource('OWN');
resource.runInAsyncScope(note('OWN'));
assert.strictEqual(seen.OWN, resource.asyncId());
assert.strictEqual(executionAsyncId(), outer);
resource.emitDestroy();

setTimeout(function check() {
  if (Object.keys(seen).length < 4) {
    setTimeout(check, 1);
    return;
  }
  hook.disable();
  for (const type of ['TickObject', 'Immediate', 'Timeout', 'OWN']) {
    assert.strictEqual(types.get(seen[type]), type);
    assert.deepStrictEqual(events.get(seen[type]).sort(), ['after', 'before', 'destroy', 'init']);
  }
}, 2);

assert.throws(() => createHook({ init: 1 }), { code: 'ERR_ASYNC_CALLBACK' });
assert.throws(() => createHook(), TypeError);
