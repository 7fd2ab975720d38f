'use strict';

// deepEqual, deepStrictEqual and partialDeepStrictEqual over all kinds of values.

const assert = require('assert');
const { mustCall } = require('../common.js');

const same = (a, b) => {
  assert.deepStrictEqual(a, b);
  assert.deepEqual(a, b);
  assert.throws(() => assert.notDeepStrictEqual(a, b), assert.AssertionError);
};
const different = (a, b) => {
  assert.notDeepStrictEqual(a, b);
  assert.throws(() => assert.deepStrictEqual(a, b), assert.AssertionError);
};
const onlyLoose = (a, b) => {
  assert.deepEqual(a, b);
  different(a, b);
};

same({ a: [1, { b: NaN }] }, { a: [1, { b: NaN }] });
same(new Map([[{ k: 1 }, 'v']]), new Map([[{ k: 1 }, 'v']]));
same(new Set([{ a: 1 }, [2]]), new Set([[2], { a: 1 }]));
same(new Date(5), new Date(5));
same(/a/g, /a/g);
same(new Uint8Array([1, 2]), new Uint8Array([1, 2]));
same(new Error('x'), new Error('x'));
same(new URL('http://a/b'), new URL('http://a/b'));
different(new Date(5), new Date(6));
different(/a/g, /a/i);
different(new Map([[1, 2]]), new Map([[1, 3]]));
different(new Set([1, 2]), new Set([1, 3]));
different(new Error('x'), new Error('y'));
different(Object(1), Object(2));
different(new Uint8Array([1]), new Int8Array([1]));
different([1, , 3], [1, undefined, 3]); // eslint-disable-line no-sparse-arrays
different({ [Symbol.for('s')]: 1 }, { [Symbol.for('s')]: 2 });
different(new Promise(() => {}), new Promise(() => {}));
onlyLoose(1, '1');
onlyLoose([1, '2'], ['1', 2]);
onlyLoose(new Set([1, '2']), new Set(['1', 2]));
onlyLoose(new Map([[1, '1']]), new Map([['1', 1]]));
onlyLoose([0], [-0]);
onlyLoose({ __proto__: null, a: 1 }, { a: 1 });

const a = { v: 1 };
a.self = a;
const b = { v: 1 };
b.self = b;
same(a, b);

assert.partialDeepStrictEqual({ a: 1, b: { c: 2, d: 3 } }, { b: { d: 3 } });
assert.partialDeepStrictEqual([1, 2, 3, 4], [2, 4]);
assert.partialDeepStrictEqual(new Set([1, { a: 1 }]), new Set([{ a: 1 }]));
assert.throws(() => assert.partialDeepStrictEqual({ a: 1 }, { a: 1, b: 2 }),
              assert.AssertionError);

assert.throws(() => { throw Object.assign(new TypeError('no'), { code: 'X' }); },
              { name: 'TypeError', message: /n/, code: 'X' });
assert.rejects(Promise.reject(new Error('r')), /r/).then(mustCall());
assert.rejects(async () => {}).catch(mustCall((error) => {
  assert.strictEqual(error.message, 'Missing expected rejection.');
}));
assert.doesNotReject(async () => {}).then(mustCall());
