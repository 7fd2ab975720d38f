'use strict';

// Features of the language that V8 10.2 lacks are there, and look as if they had always been.

const assert = require('assert');

assert.deepStrictEqual([3, 1, 2].toSorted(), [1, 2, 3]);
assert.deepStrictEqual([1, 2, 3].toReversed(), [3, 2, 1]);
assert.deepStrictEqual([1, 2, 3].with(1, 9), [1, 9, 3]);
assert.deepStrictEqual([1, 2, 3].toSpliced(0, 1), [2, 3]);
assert.deepStrictEqual([...new Uint8Array([2, 1]).toSorted()], [1, 2]);
assert.strictEqual([1, 2, 3].findLast((x) => x < 3), 2);
assert.deepStrictEqual({ ...Object.groupBy([1, 2, 3], (x) => (x % 2 ? 'odd' : 'even')) },
                       { odd: [1, 3], even: [2] });
assert.deepStrictEqual(Map.groupBy([1, 2], (x) => x).get(2), [2]);
assert.deepStrictEqual([...new Set([1, 2]).union(new Set([3]))], [1, 2, 3]);
assert.ok(new Set([1]).isSubsetOf(new Set([1, 2])));
assert.deepStrictEqual([1, 2, 3].values().filter((x) => x > 1).map((x) => x * 2).toArray(), [4, 6]);
assert.ok([].values() instanceof Iterator);
assert.strictEqual(RegExp.escape('a.b'), '\\x61\\.b');
assert.ok('a'.isWellFormed() && !'\ud800'.isWellFormed());
assert.strictEqual('\ud800'.toWellFormed(), '\ufffd');
assert.strictEqual(new Uint8Array([1, 255]).toHex(), '01ff');
assert.strictEqual(new Uint8Array([1, 255]).toBase64(), 'Af8=');
assert.deepStrictEqual([...Uint8Array.fromBase64('Af8=')], [1, 255]);
assert.ok(Error.isError(new TypeError()) && !Error.isError({ __proto__: Error.prototype }));
assert.strictEqual(JSON.stringify({ n: JSON.rawJSON('12345678901234567890') }),
                   '{"n":12345678901234567890}');
assert.strictEqual(Math.f16round(1.1), 1.099609375);
assert.strictEqual(typeof Symbol.dispose, 'symbol');

const stack = new DisposableStack();
let order = '';
stack.defer(() => { order += 'a'; });
stack.defer(() => { order += 'b'; });
stack.dispose();
assert.strictEqual(order, 'ba');

const buffer = new Uint8Array([1, 2, 3]).buffer;
const moved = buffer.transfer(5);
assert.ok(buffer.detached && !moved.detached);
assert.deepStrictEqual([...new Uint8Array(moved)], [1, 2, 3, 0, 0]);
assert.throws(() => buffer.transfer(), TypeError);

// Native enough.
assert.strictEqual(Array.prototype.toSorted.name, 'toSorted');
assert.strictEqual(Array.prototype.toSorted.length, 1);
assert.strictEqual(ArrayBuffer.prototype.transfer.length, 0);
assert.match(String(Array.prototype.toSorted), /^function toSorted\(\) \{\s*\[native code\]\s*\}$/);
assert.deepStrictEqual(Object.keys(Array.prototype), []);
for (const key in []) assert.fail(`enumerable: ${key}`);
assert.ok(!('__core-js_shared__' in globalThis));

Promise.all([
  Array.fromAsync([1, Promise.resolve(2)]),
  Promise.try(() => 3),
  (() => {
    const { promise, resolve } = Promise.withResolvers();
    resolve(4);
    return promise;
  })(),
]).then((values) => {
  assert.deepStrictEqual(values, [[1, 2], 3, 4]);
  globalThis.finished = true;
});
process.on('exit', () => assert.ok(globalThis.finished));
