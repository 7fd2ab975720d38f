'use strict';

// EventTarget, Event and CustomEvent as the DOM standard describes them.

const assert = require('assert');
const { getEventListeners } = require('events');
const { mustCall, mustNotCall } = require('../common.js');

const target = new EventTarget();
const order = [];
target.addEventListener('go', () => order.push('first'));
target.addEventListener('go', { handleEvent(event) { order.push(event.type); } });
const once = () => order.push('once');
target.addEventListener('go', once, { once: true });
target.addEventListener('go', once, { once: true });
assert.strictEqual(getEventListeners(target, 'go').length, 3);
assert.strictEqual(target.dispatchEvent(new Event('go')), true);
target.dispatchEvent(new Event('go'));
assert.deepStrictEqual(order, ['first', 'go', 'once', 'first', 'go']);

target.addEventListener('stop', (event) => {
  assert.strictEqual(event.target, target);
  assert.strictEqual(event.eventPhase, Event.AT_TARGET);
  assert.deepStrictEqual(event.composedPath(), [target]);
  assert.throws(() => target.dispatchEvent(event), { code: 'ERR_EVENT_RECURSION' });
  event.preventDefault();
  event.stopImmediatePropagation();
});
target.addEventListener('stop', mustNotCall());
const cancelable = new Event('stop', { cancelable: true });
assert.strictEqual(target.dispatchEvent(cancelable), false);
assert.strictEqual(cancelable.defaultPrevented, true);
assert.strictEqual(cancelable.currentTarget, null);
assert.strictEqual(cancelable.isTrusted, false);

const controller = new AbortController();
target.addEventListener('gone', mustNotCall(), { signal: controller.signal });
controller.abort();
target.dispatchEvent(new Event('gone'));

assert.strictEqual(new CustomEvent('c', { detail: 5 }).detail, 5);
assert.throws(() => new Event(), { code: 'ERR_MISSING_ARGS' });
assert.throws(() => target.dispatchEvent({}), { code: 'ERR_INVALID_ARG_TYPE' });

// A failing listener stops neither the others nor the caller.
process.once('uncaughtException', mustCall((error) => assert.strictEqual(error.message, 'bad')));
target.addEventListener('bad', () => { throw new Error('bad'); });
target.addEventListener('bad', mustCall());
target.dispatchEvent(new Event('bad'));
