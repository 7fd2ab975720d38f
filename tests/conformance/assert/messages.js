'use strict';

// What the assertions say when they fail.

const assert = require('assert');

function messageOf(fn) {
  try {
    fn();
  } catch (error) {
    assert.ok(error instanceof assert.AssertionError, error);
    assert.strictEqual(error.code, 'ERR_ASSERTION');
    assert.strictEqual(error.name, 'AssertionError');
    return error.message;
  }
  throw new Error('must fail');
}
const equal = (fn, message) => {
  const actual = messageOf(fn);
  if (actual !== message) throw new Error(`expected\n${message}\ngot\n${actual}`);
};

equal(() => assert.strictEqual(1, 2), 'Expected values to be strictly equal:\n\n1 !== 2\n');
equal(() => assert.strictEqual(1, 2, 'own'), 'own\n\n1 !== 2\n');
equal(() => assert.strictEqual('abcdefghijk', 'abcdefghijl'),
      'Expected values to be strictly equal:\n+ actual - expected\n\n' +
      "+ 'abcdefghijk'\n- 'abcdefghijl'\n             ^\n");
equal(() => assert.deepStrictEqual({ a: 1, b: [1, 2] }, { a: 1, b: [1, 3] }),
      'Expected values to be strictly deep-equal:\n+ actual - expected\n\n' +
      '  {\n    a: 1,\n    b: [\n      1,\n+     2\n-     3\n    ]\n  }\n');
equal(() => assert.strictEqual({ a: 1 }, { a: 1 }),
      'Values have same structure but are not reference-equal:\n\n{\n  a: 1\n}\n');
equal(() => assert.notStrictEqual(1, 1), 'Expected "actual" to be strictly unequal to: 1');
equal(() => assert.equal(1, 2), '1 == 2');
equal(() => assert.deepEqual([1], [2]),
      'Expected values to be loosely deep-equal:\n\n[\n  1\n]\n\nshould loosely deep-equal\n\n' +
      '[\n  2\n]');
equal(() => assert.ok(0 > 1), 'The expression evaluated to a falsy value:\n\n  assert.ok(0 > 1)\n');
equal(() => assert(false, 'own'), 'own');
equal(() => assert.fail(), 'Failed');
equal(() => assert.match('a', /b/),
      "The input did not match the regular expression /b/. Input:\n\n'a'\n");
equal(() => assert.throws(() => {}), 'Missing expected exception.');
equal(() => assert.throws(() => {}, TypeError), 'Missing expected exception (TypeError).');
equal(() => assert.doesNotThrow(() => { throw new Error('u'); }),
      'Got unwanted exception.\nActual message: "u"');
equal(() => assert.ifError(new Error('q')), 'ifError got unwanted exception: q');
equal(() => assert.throws(() => { throw new Error('a'); }, TypeError),
      'The error is expected to be an instance of "TypeError". Received "Error"\n\n' +
      'Error message:\n\na');

// An error given as the message is thrown itself.
const mine = new RangeError('mine');
assert.throws(() => assert.strictEqual(1, 2, mine), mine);
const foreign = require('vm').runInNewContext('new TypeError("foreign")');
assert.throws(() => assert.ok(false, foreign), (error) => error === foreign);
assert.throws(() => assert.strictEqual(1), { code: 'ERR_MISSING_ARGS' });
assert.strictEqual(assert.strict.equal, assert.strictEqual);
assert.strictEqual(require('assert/strict'), assert.strict);
