'use strict';
const assert = require('assert');

function isPrevented(passive) {
  const target = new EventTarget();
  target.addEventListener('x', (event) => event.preventDefault(), { passive });
  const event = new Event('x', { cancelable: true });
  assert.strictEqual(target.dispatchEvent(event), !event.defaultPrevented);
  return event.defaultPrevented;
}
assert.ok(isPrevented(undefined) && isPrevented(false) && isPrevented(0));
assert.ok(!isPrevented(true) && !isPrevented(1));
// The promise binds the one listener only.
const target = new EventTarget();
target.addEventListener('x', { handleEvent(event) { event.preventDefault(); } }, { passive: true });
target.addEventListener('x', (event) => event.preventDefault());
assert.strictEqual(target.dispatchEvent(new Event('x', { cancelable: true })), false);
