'use strict';

// Errors of the runtime carry a code, name it in the stack's first line and keep the plain name.

const assert = require('assert');
const path = require('path');

try {
  path.join(1);
  assert.fail('must throw');
} catch (error) {
  assert.ok(error instanceof TypeError);
  assert.strictEqual(error.name, 'TypeError');
  assert.strictEqual(error.code, 'ERR_INVALID_ARG_TYPE');
  assert.strictEqual(
    error.message, 'The "path" argument must be of type string. Received type number (1)');
  assert.ok(error.stack.startsWith(`TypeError [ERR_INVALID_ARG_TYPE]: ${error.message}\n`));
  assert.strictEqual(String(error), `TypeError [ERR_INVALID_ARG_TYPE]: ${error.message}`);
  assert.deepStrictEqual(Object.keys(error), ['code']);
  // The check itself is not in the stack.
  assert.doesNotMatch(error.stack, /validateString/);
}

const { EventEmitter } = require('events');
const describe = (fn) => {
  try {
    fn();
  } catch (error) {
    return error.message;
  }
};
const on = (value) => describe(() => new EventEmitter().on('x', value));
const start = 'The "listener" argument must be of type function. Received ';
assert.strictEqual(on(), `${start}undefined`);
assert.strictEqual(on(null), `${start}null`);
assert.strictEqual(on({}), `${start}an instance of Object`);
assert.strictEqual(on('text'), `${start}type string ('text')`);
assert.strictEqual(on('x'.repeat(40)), `${start}type string ('${'x'.repeat(25)}...')`);
assert.strictEqual(on(1n), `${start}type bigint (1n)`);
assert.strictEqual(on(true), `${start}type boolean (true)`);
assert.strictEqual(on(Symbol('s')), `${start}type symbol (Symbol(s))`);
assert.strictEqual(on(Object.create(null)), `${start}[Object: null prototype] {}`);

// Numbers out of range are shown with separators.
assert.strictEqual(
  describe(() => new EventEmitter().setMaxListeners(-1)),
  'The value of "setMaxListeners" is out of range. It must be >= 0. Received -1');
assert.strictEqual(
  describe(() => AbortSignal.timeout(2 ** 40)),
  'The value of "delay" is out of range. It must be >= 0 && <= 4294967295. ' +
  'Received 1_099_511_627_776');
